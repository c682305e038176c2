"""Writers: a Diagnosis in, files out."""
