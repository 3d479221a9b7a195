//! Question files: read, checked, shown.
