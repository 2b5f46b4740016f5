"""What people hand in, read: tables and archives; bytes in, plain values out."""
