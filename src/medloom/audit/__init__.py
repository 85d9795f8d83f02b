"""Audits: what a collection holds, where it is weak, and the evidence."""
