//! What the drivers of the machine find around them.

/// A variable of Mesa: its layer, which asks the desktop for the device it prefers, is left out.
#[cfg(target_os = "linux")]
const NO_DEVICE_SELECT: &str = "NODEVICE_SELECT";

/// Without a desktop session, as in containers and on clusters, that layer of Mesa writes two lines of error to stderr for
/// every program that looks for a GPU, and there is no desktop to ask. It is told by its environment, which a program cannot
/// safely change in itself: the program takes its own place with the variable set.
#[cfg(target_os = "linux")]
pub fn quieten() {
    use std::env;
    use std::os::unix::process::CommandExt;

    let is_set = |name| env::var_os(name).is_some();
    if is_set("XDG_RUNTIME_DIR") || is_set(NO_DEVICE_SELECT) {
        return;
    }
    let Ok(program) = env::current_exe() else {
        return;
    };
    let mut arguments = env::args_os();
    let mut itself = std::process::Command::new(program);
    if let Some(name) = arguments.next() {
        itself.arg0(name);
    }
    // It comes back only if it fails; then the lines are all that is lost.
    let _ = itself.args(arguments).env(NO_DEVICE_SELECT, "1").exec();
}

/// Other systems have no such layer.
#[cfg(not(target_os = "linux"))]
pub fn quieten() {}
