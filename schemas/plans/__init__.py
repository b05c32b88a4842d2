"""Emergency plans as data: what a plan is made of (model), how a file is read and checked (file), the six of the house."""
