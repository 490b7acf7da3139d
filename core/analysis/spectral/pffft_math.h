/* Forced into pffft.c: its twiddle factors come from our own sine and cosine, so that they are the same bits on every platform. */
#pragma once

#include <math.h>

double ag06_fft_cos(double angle_rad);
double ag06_fft_sin(double angle_rad);

#define cos ag06_fft_cos
#define sin ag06_fft_sin
