//! The room `contact`: wrenches against closed forms, energies, derivatives and each other; steps against closed forms.

mod closed_forms;
mod counts;
mod derivatives;
mod energy;
mod jumps;
mod reported;
mod scenes;
mod shapes;
mod steps;
mod symmetry;
