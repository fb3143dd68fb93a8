//! The pictures of a trajectory in a result folder.

use super::files::Folder;
use super::output::note;
use crate::drawing::{Course, Run, animation, states, still};
use crate::figure::Figure;
use mollify::system::task::Task;

/// The files of one trajectory.
pub const FILES: [&str; 3] = [TRAJECTORY_SVG, TRAJECTORY_PNG, ANIMATION];

const TRAJECTORY_SVG: &str = "trajectory.svg";
const TRAJECTORY_PNG: &str = "trajectory.png";
const ANIMATION: &str = "animation.html";

/// What is to be seen.
pub struct Picture<'a> {
    pub task: &'a Task,
    pub run: &'a Run,
    /// Another run to compare with, and its name.
    pub other: Option<(&'a str, &'a Run)>,
    pub title: String,
    /// What the names of the files begin with.
    pub prefix: &'a str,
}

/// Writes what can be drawn and says what cannot, unless `quiet`.
pub fn write(folder: &Folder, picture: &Picture<'_>, quiet: bool) {
    let Picture { task, run, .. } = *picture;
    let title = picture.title.as_str();
    let missing = if let Some(course) = Course::of(task, run) {
        let other = picture.other.and_then(|(name, run)| {
            let course = Course::of(task, run)?;
            Some((name, course))
        });
        let other = other.as_ref().map(|(name, course)| (*name, course));
        stills(folder, picture, &still(&course, other, title));
        let name = format!("{}{ANIMATION}", picture.prefix);
        let html = animation(&course, other, title).to_html();
        folder.write(&name, html.as_bytes());
        None
    } else if let Some(figure) = states(task, run, picture.other, title) {
        stills(folder, picture, &figure);
        Some(
            "trajectory.svg and trajectory.png show states and controls against time, and there is no animation.html",
        )
    } else {
        Some("there is no trajectory.svg, trajectory.png and animation.html")
    };
    if let (Some(missing), false) = (missing, quiet) {
        let name = task.name();
        note(&format!(
            "note: task '{name}' has no bodies in space to draw: {missing}"
        ));
    }
}

fn stills(folder: &Folder, picture: &Picture<'_>, figure: &Figure) {
    let files = [
        (TRAJECTORY_SVG, figure.to_svg().into_bytes()),
        (TRAJECTORY_PNG, figure.to_png()),
    ];
    for (name, bytes) in files {
        let name = format!("{}{name}", picture.prefix);
        folder.write(&name, &bytes);
    }
}
