"""What is done with the files of a folder: one file each, chosen by an endpoint's `type`."""
