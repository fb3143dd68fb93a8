//! Planners through quasi-dynamic contact.

mod rrt;
