# SPDX-FileCopyrightText: 2026 warren.tunnels contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The course of a mode, as steps for the role four_runs, each with all that the kernel must then have."""

UNDERLAYS = {"t-under-a": 7001, "t-under-b": 7002, "host": None}
"""Where all modes have their underlay at the end of their course, one after the other, to the number by which the host, on
which the device is, knows that namespace."""


def steps_of(course, mode, frame):
    """Return the steps of a course for one of its modes. :arg frame: what all links begin with."""
    info, steps = dict(mode.get("told", {})), []
    for row in course["steps"]:
        name = mode["mode"]
        if name not in row.get("modes", [name]):
            continue
        info.update(row["kernel"], **row.get("kernel_more", {}).get(name, {}))
        steps.append(
            {
                "name": "{}: {}".format(name, row["name"]),
                "args": {
                    "name": "t-" + name,
                    "mode": name,
                    **({} if steps else frame),
                    **row["args"],
                    **row.get("more", {}).get(name, {}),
                },
                "kind": mode.get("kind", name),
                "link": {"mtu": frame["mtu"], "txqlen": frame["txqueuelen"], "ifalias": frame["alias"]},
                "flags": ["UP"],
                "info_is": {key: value for key, value in info.items() if value is not None},
                "replaced": row.get("replaced", False),
            }
        )
    for place, number in UNDERLAYS.items():
        step = {**steps[-1], "name": "{}: by {}".format(name, place), "replaced": True}
        step["args"] = {"name": "t-" + name, "mode": name, "dev": "none", "link_netns": place}
        step["info_is"] = {key: value for key, value in step["info_is"].items() if key != "link"}
        if number is None:
            step.update(link={"mtu": frame["mtu"]}, lacks=["link_netnsid"])
        else:
            step["link"] = {**step["link"], "link_netnsid": number}
        steps.append(step)
    return [*steps, {"name": name + ": gone", "args": {"name": "t-" + name, "state": "absent"}, "gone": ["t-" + name]}]


class FilterModule:
    def filters(self):
        return {"steps_of": steps_of}
