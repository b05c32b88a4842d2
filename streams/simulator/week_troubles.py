"""The table of troubles: what each row of week_rates.py makes the devices say."""

from collections.abc import Mapping
from types import MappingProxyType

from streams.simulator import week_trouble_camera as camera
from streams.simulator import week_trouble_site as site
from streams.simulator.week_cars import Cars
from streams.simulator.week_rates import Trouble
from streams.simulator.week_trouble import Act


def troubles(cars: Cars) -> Mapping[Trouble, Act]:
    """One act a trouble."""
    return MappingProxyType(
        {
            Trouble.LOST_BEATS: site.lost_beats,
            Trouble.REBOOT: site.reboot,
            Trouble.FLAPPING_SWITCH: site.flapping_switch,
            Trouble.LENS_BLINK: camera.blink("covered", "uncovered", 3, 25),
            Trouble.SCENE_FLICKER: camera.blink("scene_changed", "scene_restored", 2, 20),
            Trouble.VIDEO_FLICKER: camera.blink("video_lost", "video_restored", 1, 12),
            Trouble.FALSE_INTRUSION: camera.intrusion,
            Trouble.RAIN_INTRUSION: camera.intrusion,
            Trouble.RAIN_LINE: camera.line,
            Trouble.CAT: camera.line,
            Trouble.CAT_ON_FENCE: camera.cat_on_fence,
            Trouble.STEAM: camera.frame("smoke"),
            Trouble.GLINT: camera.frame("flame"),
            Trouble.STOOP: camera.frame("fall"),
            Trouble.BIRD: camera.frame("thrown_object", "upward"),
            Trouble.PRAM: camera.frame("ebike", "elevator"),
            Trouble.REFLECTION: camera.frame("person", places=("pool",)),
            Trouble.PUDDLE: camera.frame("water_seen", places=("ramp",)),
            Trouble.WHITE_CAR: camera.frame("snow_seen", "Lane", "Ring Road"),
            Trouble.SCHOOL_BUS: camera.gathering("gate", 6, 12, 120, 300),
            Trouble.DANCE: camera.gathering("garden", 20, 40, 3600, 5400),
            Trouble.VAN: camera.stop("fire_lane", 15, 150, "Lane"),
            Trouble.SHORT_STOP: camera.stop("no_parking", 30, 480, "Ring Road", "Street"),
            Trouble.CLEANER: camera.door_open(35, 80),
            Trouble.DELIVERY: camera.door_open(60, 120),
            Trouble.MOVER: camera.door_open(1200, 2400, true=True),
            Trouble.WRONG_CARD: camera.wrong_card,
            Trouble.FIRE_TEST: camera.fire_test,
            Trouble.LOOKALIKE: site.lookalike,
            Trouble.BACKLIGHT: site.backlight,
            Trouble.NIGHT_GUEST: site.night_guest,
            Trouble.ROUND: site.courier_round,
            Trouble.TOGETHER: site.together,
            Trouble.TAXI: site.taxi(cars),
            Trouble.CONVOY: site.barrier("barrier_opened", "barrier_closed", 30, 100),
            Trouble.BARRIER_BLIP: site.barrier("barrier_fault", "barrier_restored", 3, 30),
            Trouble.FIRE_FAULT: site.fire_fault,
            Trouble.WAVE: site.wave,
            Trouble.DIP: site.dip,
            Trouble.MILD_WARNING: site.mild_warning,
        }
    )
