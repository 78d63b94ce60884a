"""Roots that name what is neither good nor bad; roots.py says how to read them."""

NEUTRAL = """
paint: MAKE -ed re- re-ed re-ing
print: MAKE -ed re- re-ed re-ing
read: MAKE re- re-ing re-s
write: MAKE re- re-ing re-s
build: MAKE re- re-ing
heat: . -er -ed -ing re- re-ed re-ing pre- pre-ed
pack: VERB -er un- un-ed un-ing re- re-ed
lock: VERB -er un- un-ed un-ing
fold: VERB -er un- un-ed un-ing
load: VERB -er un- un-ed un-ing re- re-ed
wrap|wrapp: VERB -er un- un-ed un-ing
plug|plugg: VERB un- un-ed
button: VERB un- un-ed
cover: VERB un- un-ed un-ing
roll: VERB -er un- un-ed un-ing
zip|zipp: VERB un- un-ed
seal: VERB re- re-ed un-ed
view: VERB -er -ers pre- pre-ed pre-s inter- inter-er inter-ed
open: VERB -er -ings re- re-ed re-ing
start: VERB -er re- re-ed re-ing
fill: VERB -er re- re-ed re-ing
count: VERB -er re- re-ed
name: VERB re- re-ed re-ing
place: VERB -ment re- re-ed re-ing re-ment
group: VERB re- re-ed sub- sub-s
arrange: . -ed -ing -ment -ments re- re-ed re-ment
consider: . -ed -ing re- re-ed
connect: VERB -or re- re-ed inter-ed
direct: . -ed -or -ors -ion re- re-ed
draw: . -ing -ings re-
visit: VERB -or -ors re- re-ed
think: . -er -ers -ing re-
wash: . -ed -er -ing re-ed
sell: MAKE re- re-er
send: MAKE re-
test: VERB -er -ers re- re-ed
teach: . -er -ers -ing
work: . -er -ers -ed -ing re- re-ed
walk: MAKE -ed
talk: MAKE -ed
farm: MAKE -ed
sing: MAKE
drive: . -er -ers
bake: MAKE -ed -ery
dance: . -er -ers -ed -ing
swim|swimm: . -er -ers -ing
run|runn: . -er -ers -ing re-
call: MAKE -ed re-ed
design: MAKE -ed re- re-ed
report: MAKE -ed
record: MAKE -ed
garden: MAKE
camp: MAKE -ed
climb: MAKE -ed
sail: VERB -or -ors
act: . -or -ors -ing -ed
collect: VERB -or -ors -ion
edit: VERB -or -ors
inspect: VERB -or -ors -ion
translate: . -ed -ing -or -ors -ion re-
calculate: . -ed -ing -or -ors -ion re- re-ed
operate: . -or -ors -ion -ing
generate: . -or -ors -ion re-
rotate: . -ed -ing -ion
locate: . -ed -ing -ion re- re-ed re-ion
illustrate: . -ed -or -ors -ion
narrate: . -ed -or -ors -ion
hour: . -s -ly
week: . -s -ly -day mid-
month: . -s -ly bi-ly
year: . -s -ly
day: . mid- -s
night: . mid- -s -ly
summer: . mid- -s
winter: . mid- -s
wood: . -en -s -land
wool: . -en
silk: . -en
paper: . -s -y
water: . -s -y
milk: . -y
sand: . -s -y
stone: . -s
cloud: . -s
rain: . -s -y -ed
wind: . -s -y
snow: . -s -y -ed
leaf: . -y -less -let
grass: . -y -land
sleeve: . -s -less
cord: . -s -less
strap|strapp: . -s -less
hat: . -s -less
beard: . -s -ed -less
tree: . -s -less
star|starr: . -s -y
bird: . -s -like
ribbon: . -s
music: . -al -ally -ian -ians
region: . -s -al -ally
nation: . -s -al -ally inter-al inter-ally
season: . -s -al -ally
tradition: . -s -al -ally
electric: . -al -ally -ian -ians
globe: . -al -ally
verb: . -s -al -ally non-al
section: . -s sub- sub-s
title: . -s -ed sub- sub-s
biology: . -ist -ists -ical
geology: . -ist -ists -ical
zoology: . -ist -ists -ical
psychology: . -ist -ists -ical
geography: . -ical
biography: . -ical auto- auto-ical
violin: . -s -ist -ists
guitar: . -s -ist -ists
tour: -s -ist -ists -ism
novel: -s -ist -ists
journal: . -s -ist -ists -ism
neighbour: . -s -hood -ing
father: . -s -hood
mother: . -s -hood
brother: . -s -hood
parent: . -s -al -hood
king: . -s -dom
own: -er -ers -ership -ed
member: . -s -ship
partner: . -s -ship
citizen: . -s -ship
author: . -s -ship co-
pilot: . -s co-
red|redd: . -ish -ness
green: . -ish -ness
brown: . -ish
grey: . -ish -ness
yellow: . -ish
black: . -ish -ness
white: . -ish -ness
thick: ADJ COMP -en
wide: . -ly COMP
long: . COMP -ish
short: . COMP -en -ish
deep: . -ly COMP -en
tall: . COMP -ness
round: . -ed -ness
broad: . -ly COMP -en
small: . COMP -ish
old: . COMP
early: . COMP
north: . -ern -erly -wards
south: . -ern -erly -wards
east: . -ern -erly -wards
west: . -ern -erly -wards
up: -wards
down: -wards
out: -wards
in: -wards
clock: . -s -wise
length: . -s -wise -en -ened
circle: . -s -ed semi- semi-s
cycle: . -s -ist -ists bi- bi-s tri- tri-s motor-
phone: . -s tele- tele-s micro- micro-s
scope: tele- tele-s micro- micro-s peri-
gram: . -s kilo- kilo-s tele-
graph: . -s para- para-s photo- photo-s auto-
metre: . -s kilo- kilo-s centi- centi-s milli-
"""
