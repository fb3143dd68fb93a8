#!/usr/bin/env bash
# Everything that has to hold before a change goes in. Run it from anywhere.
#
# Where no Vulkan driver is installed, Mesa's software one is (Debian and Ubuntu), so that the GPU tests
# have an adapter. If that is not possible these tests are skipped, and the last line says how many; with
# MOLLIFY_REQUIRE_GPU=1 they fail instead.
#
# Everything builds in the dev profile (opt-level 1, dependencies 2), benches included: the numbers they
# print here mean nothing, they only have to run, and a release build would compile all of it once more.
# For the same reason every command names the whole workspace: alone, the Python package has other features of
# some dependencies, so that Cargo, and maturin with it, would compile all of them again.
#
# With --slurm the parts of a run also go through a real Slurm on this machine at the end, see scripts/slurm-test.sh: it needs root, and
# installs Slurm where there is none.
#
# The Python package is tested from a wheel in a virtual environment of its own, target/python. Its layers for
# other libraries are tested where these are there: MOLLIFY_BRIDGES=1 installs them first.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

slurm=no
for argument in "$@"; do
    case "$argument" in
        --slurm) slurm=yes ;;
        *) echo "usage: scripts/test.sh [--slurm]" >&2; exit 2 ;;
    esac
done

say() { printf '\n== %s\n' "$*"; }

have_loader() {
    { PATH="$PATH:/sbin:/usr/sbin" ldconfig -p 2>/dev/null || true; } | grep -q 'libvulkan\.so\.1'
}

# A driver is a JSON file that names a library. Those of real GPUs come with many systems that have no GPU,
# so they count only where there is a device to drive; the software driver (lvp) always counts, and so does
# one that was chosen by hand.
have_driver() {
    local chosen="${VK_DRIVER_FILES:-${VK_ICD_FILENAMES:-}}" file hardware=no
    if [[ -n $chosen ]]; then
        [[ -e ${chosen%%:*} ]]
        return
    fi
    if compgen -G '/dev/dri/renderD*' >/dev/null || [[ -e /dev/nvidiactl || -e /dev/dxg ]]; then
        hardware=yes
    fi
    for file in {/usr/share,/usr/local/share,/etc}/vulkan/icd.d/*.json; do
        [[ -e $file ]] || continue
        if [[ $hardware = yes || $file == */lvp_icd* ]]; then return 0; fi
    done
    return 1
}

install_driver() {
    command -v apt-get >/dev/null || { echo "there is no apt-get here"; return 1; }
    local root=()
    if [[ $(id -u) != 0 ]]; then
        command -v sudo >/dev/null || { echo "not root, and there is no sudo"; return 1; }
        # Without a terminal nobody can type a password: fail instead of waiting for one.
        if [[ -t 0 ]]; then root=(sudo); else root=(sudo -n); fi
    fi
    "${root[@]}" apt-get update -q || echo "apt-get update failed; trying with the lists that are there"
    "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get install -q -y --no-install-recommends libvulkan1 mesa-vulkan-drivers
}

if [[ $(uname -s) = Linux ]] && ! { have_loader && have_driver; }; then
    say "No Vulkan driver: installing Mesa's software one"
    if ! install_driver; then
        echo "Could not install a Vulkan driver (packages libvulkan1 and mesa-vulkan-drivers)." >&2
        if [[ ${MOLLIFY_REQUIRE_GPU:-} = 1 ]]; then exit 1; fi
        echo "Going on: the GPU tests will be skipped." >&2
    fi
fi

# Some drivers complain on stderr, once per instance, where this is not set (containers, mostly).
export XDG_RUNTIME_DIR="${XDG_RUNTIME_DIR:-${TMPDIR:-/tmp}}"

for component in fmt:rustfmt clippy:clippy; do
    if ! cargo "${component%%:*}" --version >/dev/null 2>&1; then
        rustup component add "${component##*:}"
    fi
done

say "cargo fmt --all --check"
cargo fmt --all --check

say "cargo clippy --workspace --all-targets -- -D warnings"
cargo clippy --workspace --all-targets -- -D warnings

say "cargo doc --workspace --no-deps, warnings denied"
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps

# Tests that find no adapter write a line "SKIPPED name: reason" to stderr: see tests/common/gpu.rs.
log="$(mktemp)"
trap 'rm -f "$log"' EXIT

say "cargo test --workspace"
cargo test --workspace 2>&1 | tee "$log"

say "cargo bench --workspace -- --test"
if compgen -G 'benches/*.rs' >/dev/null; then
    # Benches only: the unit tests have just run.
    cargo bench --workspace --profile dev --bench '*' -- --test 2>&1 | tee -a "$log"
else
    echo "there are no benches yet"
fi

say "pytest of the Python package"
# Tests and their features are asked for, so that nothing is compiled again.
cargo build --workspace --tests --lib
venv=target/python
[[ -x $venv/bin/pip ]] || python3 -m venv "$venv"
"$venv/bin/pip" install -q mypy 'numpy>=1.23' pytest 'setuptools>=70.1'
if [[ ${MOLLIFY_BRIDGES:-} = 1 ]]; then "$venv/bin/pip" install -q casadi distributed jax loky mpi4py scipy torch tqdm; fi
# The wheel that `pip install ./python` builds in release, of the library that is compiled already.
stage="$(mktemp -d)"
trap 'rm -rf "$log" "$stage"' EXIT
cp -r python/python/mollify "$stage/mollify"
extension=so
if [[ $(uname -s) = Darwin ]]; then extension=dylib; fi
cp "${CARGO_TARGET_DIR:-target}/debug/lib_mollify.$extension" "$stage/mollify/_mollify.abi3.so"
cat >"$stage/pyproject.toml" <<'END'
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[project]
name = "mollify"
version = "0"
[tool.setuptools]
packages = ["mollify"]
package-data = { mollify = ["*"] }
END
"$venv/bin/pip" install -q --force-reinstall --no-deps --no-build-isolation "$stage"
"$venv/bin/python" -m pytest -q -p no:cacheprovider python/tests 2>&1 | tee "$stage/pytest"
sed -n 's/^SKIPPED \[[0-9]*\] .*\/\([a-z_]*\)\.py:[0-9]*: \(.*\)/SKIPPED \1: \2/p' "$stage/pytest" >>"$log"

if [[ $slurm = yes ]]; then
    say "scripts/slurm-test.sh"
    scripts/slurm-test.sh
fi

skipped="$({ grep -o 'SKIPPED [^ :]*: .*' "$log" || true; } | sort -u)"
if [[ -n $skipped ]]; then
    say "$(wc -l <<<"$skipped") tests were SKIPPED although cargo calls them ok:"
    printf '%s\n' "$skipped"
else
    say "All passed, 0 tests skipped"
fi
