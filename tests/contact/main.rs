//! Room `contact`: steps against closed forms, independent solvers, differences, and themselves in f32.

mod closed_forms;
