"""Pooling. Shapes: [N, C, L], [N, C, H, W] or [N, C, D, H, W]."""
