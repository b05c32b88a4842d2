"""What is printed: one module a paper makes its data, the .typ beside it lays them out, typeset.py writes the PDF."""
