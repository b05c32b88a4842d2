"""A community of two buildings, small enough to read, that holds one of everything that is checked."""

from pathlib import Path

YAML = """\
id: little
name: {zh: 小区, en: Little}
address: {zh: 某路1号, en: 1 Some Road}
timezone: Asia/Shanghai
illustrative: true
width: 100
height: 80
devices: devices.csv
counts: {camera: 2, door: 1, house: 1}
watch_plates: [鲁QD0009]
watch_persons: [demo-1]
holidays: [2026-10-01, 2026-10-02]
calendars:
- id: pool-summer
  name: {zh: 泳池, en: Pool}
  first: 07-01
  last: 08-31
  weekdays: [1, 7]
  opens: 08:00
  closes: 21:30
grids:
- id: g1
  name: {zh: 1网格, en: Grid 1}
  steward: {zh: 1网格管家, en: 'Steward, grid 1'}
  buildings: [b1, b2]
places:
- id: b1
  kind: house
  name: {zh: 1号楼, en: Bldg 1}
  outline: [[10, 10], [30, 10], [30, 20], [10, 20]]
  attributes: {floors: 6}
- id: b1-1
  kind: unit
  name: {zh: 1号楼1单元, en: Bldg 1 unit 1}
  outline: [[10, 10], [30, 10], [30, 20], [10, 20]]
  attributes: {building: b1}
- id: b2
  kind: villa
  name: {zh: 2号楼, en: Bldg 2}
  outline: [[50, 10], [60, 10], [60, 20]]
- id: pool
  kind: pool
  name: {zh: 泳池, en: Pool}
  outline: [[50, 50], [60, 50], [60, 60]]
  attributes: {calendar: pool-summer}
- id: gate
  kind: gate
  name: {zh: 南门, en: South gate}
  outline: [[50, 79]]
lines:
- kind: street
  width: 6
  points: [[0, 40], [100, 40]]
  name: {zh: 中路, en: Middle Street}
trees: [[70, 70, 2.5]]
contacts:
- id: clinic
  name: {zh: 诊所, en: Clinic}
  phone: 0539-0000102
- id: gas
  name: {zh: 燃气公司, en: Gas company}
  phone: 0539-0000104
"""

CSV = """\
id,vendor,kind,building,place,floor,x,y,heading,direction,name_zh,name_en,identity,switch,recorder,controller,power
C-1,hikvision,camera,b1,b1-1,1,12,9,0,,北门摄像头,North door camera,10.0.0.1/1,SW-1,NVR-1,,PW-1
C-2,hikvision,camera,,gate,1,50,78,180,,南门摄像头,Gate camera,10.0.0.2/1,SW-1,NVR-1,,PW-1
D-1,isecure,door,b1,b1-1,1,20,10,0,,1单元北门,Unit 1 north door,code-1,,,AC-1,PW-1
AC-1,gatehouse,controller,b1,b1,1,20,15,0,,控制器,Controller,AC-1,SW-1,,,PW-1
NVR-1,gatehouse,recorder,,,1,50,75,0,,录像机,Recorder,NVR-1,,,,PW-1
SW-1,gatehouse,switch,b1,,-1,20,15,0,,交换机,Switch,SW-1,,,,PW-1
PW-1,gatehouse,power,,,1,40,40,0,,回路,Circuit,PW-1,,,,
"""


def write_site(folder: Path, yaml: str | bytes = YAML, csv: str | bytes = CSV) -> Path:
    """Both files in a folder; the YAML's path."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("site.yaml", yaml), ("devices.csv", csv)):
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)
    return folder / "site.yaml"
