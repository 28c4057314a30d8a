"""What a new flows repository for Argo CD consists of: templates as package data, and the library chart."""
