#!/usr/bin/env python3
"""Checks what config/examples says about containers: check_examples.py REELD SOURCE_DIR

An engine is not needed. YAML must parse, names must be defined, pods must keep to Kubernetes' restricted profile, and
settings, job files and options must be ones that this reeld takes.
"""
import functools
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import yaml

REELD, SOURCE = sys.argv[1], pathlib.Path(sys.argv[2])
EXAMPLES = SOURCE / "config" / "examples"
# Volumes that the restricted profile allows.
VOLUMES = {"configMap", "emptyDir", "persistentVolumeClaim", "secret", "projected", "downwardAPI", "csi", "ephemeral"}
# What the user makes by hand, as the files' first lines say.
MADE_BY_HAND = {("Secret", "leonardo")}

problems = []


class Checked:
    """One file, or a part of it: what is expected of it, and told by its name where it does not hold."""

    def __init__(self, name):
        self.name = name

    def expect(self, holds, words):
        if not holds:
            problems.append(f"{self.name}: not so: {words}")


def run(*arguments, environment=None):
    """reeld with an environment of its own: exit code, standard output and standard error."""
    clean = {"PATH": os.environ["PATH"], "STATE_DIRECTORY": "/var/lib/reeld", **(environment or {})}
    done = subprocess.run([REELD, *arguments], env=clean, capture_output=True, text=True, timeout=60)
    return done.returncode, done.stdout, done.stderr


def seconds(duration):
    """"10s" as 10."""
    number, unit = re.fullmatch(r"(\d+)(ms|s|m|h)", duration).groups()
    return int(number) * {"ms": 0.001, "s": 1, "m": 60, "h": 3600}[unit]


def check_settings(checked, environment=None, text=""):
    """The settings are known and right. How long a stop may take under them, in seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(text)
        file.flush()
        code, _, said = run("--config", file.name, "config", "check", environment=environment)
        shown = run("--config", file.name, "config", "show", "--json", environment=environment)[1]
    checked.expect(code == 0 and not said, f"reeld knows its settings ({said.strip()})")
    settings = {row["key"]: row["value"] for row in map(json.loads, shown.splitlines())} if code == 0 else {}
    return seconds(settings.get("shutdown_timeout", "10s").strip('"'))


def check_jobs(checked, name, text):
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / name
        path.write_text(text)
        code, said, more = run("check", str(path))
    checked.expect(code == 0, f"{name} is a job file ({said}{more})")


@functools.lru_cache
def help_of(*verb):
    return run(*verb, "--help")[1]


def check_arguments(checked, arguments):
    """The verb and the options are ones of this reeld."""
    general = help_of()
    verbs = re.findall(r"^  (\w+)  ", general.partition("Subcommands:")[2], re.MULTILINE)
    named = [word for word in arguments if word in verbs]
    checked.expect(len(named) == 1, f"there is one verb in {arguments}")
    helped = general + help_of(*named[:1])
    for option in (word for word in arguments if word.startswith("--")):
        checked.expect(re.search(rf"{option}\b", helped), f"reeld takes {option}")


def check_compose(path):
    checked = Checked(path.name)
    whole = yaml.safe_load(path.read_text())
    service = whole["services"]["reeld"]
    checked.expect(service["read_only"] is True and "/tmp" in service["tmpfs"], "the root is read-only, /tmp is not")
    checked.expect(service["cap_drop"] == ["ALL"], "no capabilities")
    checked.expect("no-new-privileges:true" in service["security_opt"], "no new privileges")
    checked.expect(set(service["secrets"]) <= set(whole["secrets"]), "each secret is defined")
    checked.expect("leonardo-api-key" in service["secrets"], "the key is a secret of the name that the image looks for")
    for volume in service["volumes"]:
        source = volume.split(":")[0]
        checked.expect(source.startswith("./") or source in whole["volumes"], f"the volume {source} is defined")
    checked.expect(service["healthcheck"]["test"][0] == "CMD", "the health check needs no shell")
    check_arguments(checked, service["healthcheck"]["test"][2:])
    stop = check_settings(checked, service["environment"])
    checked.expect(seconds(service["stop_grace_period"]) > stop, "stop_grace_period is longer than shutdown_timeout")


def check_container(checked, pod, container):
    security = container["securityContext"]
    checked.expect(security["allowPrivilegeEscalation"] is False, "no privilege escalation")
    checked.expect(security["capabilities"]["drop"] == ["ALL"], "no capabilities")
    checked.expect(security["readOnlyRootFilesystem"] is True, "the root is read-only")
    mounts = [mount["name"] for mount in container["volumeMounts"]]
    volumes = [volume["name"] for volume in pod["volumes"]]
    checked.expect(sorted(mounts) == sorted(volumes), f"mounts {mounts} are the volumes {volumes}")
    checked.expect(any(mount["mountPath"] == "/tmp" for mount in container["volumeMounts"]), "/tmp can be written")
    check_arguments(checked, container["args"])
    for kind in ("startupProbe", "livenessProbe", "readinessProbe"):
        if kind in container:
            check_arguments(checked, container[kind]["exec"]["command"][1:])


def check_pod(checked, pod, defined):
    security = pod["securityContext"]
    checked.expect(security["runAsNonRoot"] is True and security["runAsUser"] > 0, "no root")
    checked.expect(security["seccompProfile"]["type"] == "RuntimeDefault", "the runtime's seccomp profile")
    checked.expect(pod["automountServiceAccountToken"] is False, "no token of the cluster's")
    for volume in pod["volumes"]:
        kind = next(key for key in volume if key != "name")
        checked.expect(kind in VOLUMES, f"{kind} is a volume of the restricted profile")
        source = volume[kind]
        named = {"configMap": ("ConfigMap", source.get("name")), "secret": ("Secret", source.get("secretName")),
                 "persistentVolumeClaim": ("PersistentVolumeClaim", source.get("claimName"))}.get(kind)
        checked.expect(named is None or named in defined, f"{named} is defined")
    for container in pod["containers"]:
        check_container(checked, pod, container)


def check_batch(checked, job):
    pod = job["template"]["spec"]
    # Kubernetes takes a podFailurePolicy with this one only.
    checked.expect(pod["restartPolicy"] == "Never", "restartPolicy is Never beside a podFailurePolicy")
    names = {container["name"] for container in pod["containers"]}
    for rule in job["podFailurePolicy"]["rules"]:
        codes = rule.get("onExitCodes")
        checked.expect(codes is None or codes["containerName"] in names, "the rule's container is there")
        checked.expect(codes is None or 75 not in codes["values"], "75 is tried again")
    checked.expect(any(rule["action"] == "Ignore" for rule in job["podFailurePolicy"]["rules"]), "evictions are free")


def check_deployment(checked, deployment):
    checked.expect(deployment["replicas"] == 1, "one daemon for a queue")
    checked.expect(deployment["strategy"] == {"type": "Recreate"}, "the old one is gone before the new one begins")
    labels = deployment["template"]["metadata"]["labels"]
    checked.expect(deployment["selector"]["matchLabels"] == labels, "the selector finds the pods")


def check_config_map(checked, data):
    """How long a stop may take under the settings in it, in seconds; 0 where there are none."""
    stop = 0
    for name, text in data.items():
        if name.endswith(".toml"):
            stop = check_settings(checked, text=text)
        else:
            check_jobs(checked, name, text)
    return stop


def check_kubernetes(path, version):
    objects = [each for each in yaml.safe_load_all(path.read_text()) if each]
    defined = {(each["kind"], each["metadata"]["name"]) for each in objects} | MADE_BY_HAND
    stop = seconds("10s")
    kinds = {"Job": check_batch, "Deployment": check_deployment}
    for each in objects:
        checked = Checked(f'{path.name}, {each["kind"]} {each["metadata"]["name"]}')
        if each["kind"] == "ConfigMap":
            stop = check_config_map(checked, each["data"]) or stop
        if each["kind"] in kinds:
            pod = each["spec"]["template"]["spec"]
            kinds[each["kind"]](checked, each["spec"])
            check_pod(checked, pod, defined)
            checked.expect(pod["terminationGracePeriodSeconds"] > stop, "the grace period exceeds shutdown_timeout")
            checked.expect(pod["containers"][0]["image"].endswith(f"/reeld:{version}"), f"the image is that of {version}")
    checked = Checked(path.name)
    checked.expect(any(each["kind"] in kinds for each in objects), "something runs")


def main():
    version = re.search(r"project\(reeld VERSION (\S+)", (SOURCE / "CMakeLists.txt").read_text()).group(1)
    check_compose(EXAMPLES / "compose.yaml")
    for name in ("kubernetes-batch.yaml", "kubernetes-daemon.yaml"):
        check_kubernetes(EXAMPLES / name, version)
    print("\n".join(problems) or "the examples are sound")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
