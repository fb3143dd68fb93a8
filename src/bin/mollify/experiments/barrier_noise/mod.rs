//! Barrier and noise: four pairs on a line that are the same thing, and a push in the plane where they are and where they are not.

mod line;
mod plane;

use super::lab::Lab;
use super::page::Page;
use mollify::error::Result;

const PAPER: &str = "arXiv 2206.10787 shows in one dimension that the log barrier smooths a step as noise of a distribution with heavy tails \
does, and takes both for alternatives in the plane. Which noise belongs to which barrier, and where the equality ends, are ours.";

/// A convex step on a line with a barrier b is the mean of the exact step under symmetric noise where gap and force change places.
pub fn barrier_noise(lab: &mut Lab<'_>) -> Result<Page> {
    let mut page = Page::new("Barrier and noise: the same, and where not", PAPER);
    page.what = "A cart that is pulled against a wall: its smoothed step in closed form, by quadrature over the noise, through the task \
        `cart-wall` with the law of contact that belongs to the noise, and as the mean of the exact step of that task under each of \
        the four noises. Then pushes at a face of the box of `planar-pushing`, without friction, at the middle of the face, and off \
        it: B of the barrier beside the mean of B of the exact step under Student's t noise of the scale that belongs to it, and under \
        the nearest Gaussian noise."
        .into();
    line::pairs(lab, &mut page)?;
    plane::pushes(lab, &mut page)?;
    page.notes.push(
        "Why it ends with coupled rows: under noise B is Σ P(mode) B_mode over free, stick and both slides, with one matrix for each; \
         the barrier blends the rows, whose forces know of each other, and not the modes."
            .into(),
    );
    Ok(page)
}
