"""Read DICOM files, and take out of them what tells who a person is."""
