#!/usr/bin/env bash
# Runs mollify in a real Slurm on this machine: an array of 8 parts, one of which is killed and requeued in the middle, and one
# submitted again after its file was torn; then compares the merged result with that of one process, bit by bit.
#
#   scripts/slurm-test.sh [PATH OF mollify]       default: the debug build
#
# Needs root, because slurmd does. Where there is no Slurm it is installed from Debian or Ubuntu (munge, slurmctld, slurmd). It has a
# configuration, a key, ports and folders of its own and leaves another Slurm alone.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

mollify="$(realpath "${1:-${CARGO_TARGET_DIR:-target}/debug/mollify}")"
samples="${SAMPLES:-4e6}"
run=(gradient pushing --samples "$samples" --horizon 100 --engine cpu)

[[ $(id -u) = 0 ]] || { echo "slurmd needs root" >&2; exit 1; }
if ! command -v slurmctld slurmd munged sbatch >/dev/null; then
    apt-get update -q || echo "apt-get update failed; trying with the lists that are there"
    DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends munge slurmctld slurmd slurm-client
fi

dir="$(mktemp -d)"
daemons=()
finish() {
    for pid in "${daemons[@]}"; do kill "$pid" 2>/dev/null || true; done
    wait 2>/dev/null || true
    rm -rf "$dir"
}
trap finish EXIT

# What munged and slurmd want: nobody else may write there.
chmod 0755 "$dir"
mkdir -m 0700 "$dir"/{munge,state,spool}
dd if=/dev/urandom of="$dir/munge/key" bs=128 count=1 status=none
chmod 0400 "$dir/munge/key"
node="$(hostname -s)"
cpus="$(nproc)"
cat >"$dir/slurm.conf" <<END
ClusterName=mollify
SlurmctldHost=$node(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$dir/munge/socket
CredType=cred/munge
SlurmctldPort=16817
SlurmdPort=16818
StateSaveLocation=$dir/state
SlurmdSpoolDir=$dir/spool
SlurmctldPidFile=$dir/slurmctld.pid
SlurmdPidFile=$dir/slurmd.pid
SlurmctldLogFile=$dir/slurmctld.log
SlurmdLogFile=$dir/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
ReturnToService=2
SchedulerParameters=sched_interval=5
NodeName=$node NodeAddr=127.0.0.1 CPUs=$cpus State=UNKNOWN
PartitionName=all Nodes=$node Default=YES MaxTime=INFINITE State=UP
END
export SLURM_CONF="$dir/slurm.conf"

munged --foreground --force --key-file="$dir/munge/key" --socket="$dir/munge/socket" --pid-file="$dir/munge/pid" \
    --log-file="$dir/munge/log" --seed-file="$dir/munge/seed" >"$dir/munge/out" 2>&1 &
daemons+=($!)
slurmctld -D >"$dir/slurmctld.out" 2>&1 &
daemons+=($!)
slurmd -D -N "$node" >"$dir/slurmd.out" 2>&1 &
daemons+=($!)

fail() {
    echo "$1" >&2
    tail -n 20 "$dir"/munge/{log,out} "$dir"/slurm*.{log,out} >&2 || true
    exit 1
}
for ((i = 0; i < 60; i++)); do
    [[ $(sinfo -h -o %T 2>/dev/null) = idle ]] && break
    sleep 1
done
[[ $(sinfo -h -o %T 2>/dev/null) = idle ]] || fail "Slurm did not start"
echo "$(sinfo --version), node $node with $cpus CPUs"

# The jobs of an array, as squeue tells them: element and state.
elements() { squeue -h -r -j "$1" -o '%K %T' 2>/dev/null || true; }
wait_for() {
    while [[ -n $(elements "$1") ]]; do sleep 1; done
}
submit() {
    MOLLIFY="$mollify" sbatch --parsable --array="$1" --chdir="$dir" "$PWD/scripts/slurm.sbatch" 8 "${run[@]}" --out "$dir/parts"
}

array="$(submit 1-8)"
echo "array 1-8 is job $array"
for ((i = 0; i < 600; i++)); do
    grep -q '^2 RUNNING' <<<"$(elements "$array")" && break
    sleep 0.2
done
grep -q '^2 RUNNING' <<<"$(elements "$array")" || fail "element 2 was never seen running"
scontrol requeue "${array}_2"
echo "element 2 was killed while it ran, and requeued"
# Slurm lets a requeued job wait for two minutes.
sleep 3
scontrol update JobId="${array}_2" StartTime=now || true
wait_for "$array"
ls -1 "$dir/parts"

truncate -s 300 "$dir/parts/gradient-5-of-8.part"
if "$mollify" "${run[@]}" --merge "$dir/parts" >"$dir/merged" 2>"$dir/said"; then fail "a torn part was merged"; fi
sed "s|$dir/||g" "$dir/said"
again="$(submit 5)"
echo "element 5 is submitted again, as job $again"
wait_for "$again"

"$mollify" "${run[@]}" --merge "$dir/parts" --json >"$dir/merged.json"
"$mollify" "${run[@]}" --json --quiet >"$dir/one.json"
# All but how long it took.
untimed() { grep -v '^ *"seconds"' "$1"; }
if ! diff <(untimed "$dir/one.json") <(untimed "$dir/merged.json"); then fail "the merged result is another one"; fi
cat "$dir"/mollify-*.log | sed "s|$dir/||g" | sort
echo "the merged result has the bits of one process: $(grep -c . "$dir/merged.json") lines of JSON are equal but for the seconds"
