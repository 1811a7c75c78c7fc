//! Queries: which accounts somebody asks for, in one language for the filter, the verbs and views. Pure.

pub mod words;
