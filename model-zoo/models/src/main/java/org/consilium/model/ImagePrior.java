package org.consilium.model;

import org.apache.commons.rng.UniformRandomProvider;

/**
 * What is asked of images themselves: that neighbouring pixels differ little (total variation), and that what a network sees
 * in them does not hang on single pixels (jitter), as is usual in model inversion (Yin et al., "Dreaming to Distill", CVPR
 * 2020).
 */
final class ImagePrior {

    /** Keeps the derivative of the absolute difference finite at 0. */
    private static final double SMOOTH = 1e-3;

    private ImagePrior() {}

    /**
     * Adds the derivative of {@code weight * mean over images of the mean over pixels of sqrt(dx^2 + dy^2 + SMOOTH^2)}.
     *
     * @param pixels {@code [B, channels, height, width]}
     * @param shape size of the images
     * @param weight 0 or above
     * @param gradient is added to, like pixels
     * @return the term
     */
    static double totalVariation(float[] pixels, ImageShape shape, double weight, float[] gradient) {
        int height = shape.height();
        int width = shape.width();
        int planes = pixels.length / (height * width);
        double scale = weight / pixels.length;
        double sum = 0;
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    int at = (plane * height + y) * width + x;
                    double dx = x + 1 < width ? pixels[at + 1] - pixels[at] : 0;
                    double dy = y + 1 < height ? pixels[at + width] - pixels[at] : 0;
                    double norm = Math.sqrt(dx * dx + dy * dy + SMOOTH * SMOOTH);
                    sum += norm;
                    if (x + 1 < width) {
                        gradient[at + 1] += (float) (scale * dx / norm);
                    }
                    if (y + 1 < height) {
                        gradient[at + width] += (float) (scale * dy / norm);
                    }
                    gradient[at] -= (float) (scale * (dx + dy) / norm);
                }
            }
        }
        return sum * scale;
    }

    /** Returns a shift of -most to most pixels. */
    static int shift(int most, UniformRandomProvider random) {
        return most == 0 ? 0 : random.nextInt(2 * most + 1) - most;
    }

    /** Returns images moved down and to the right; what leaves at one edge comes in at the other. */
    static float[] rolled(float[] pixels, ImageShape shape, int down, int right) {
        if (down == 0 && right == 0) {
            return pixels;
        }
        int height = shape.height();
        int width = shape.width();
        float[] moved = new float[pixels.length];
        int planes = pixels.length / (height * width);
        for (int plane = 0; plane < planes; plane++) {
            for (int y = 0; y < height; y++) {
                int to = (plane * height + Math.floorMod(y + down, height)) * width;
                int from = (plane * height + y) * width;
                for (int x = 0; x < width; x++) {
                    moved[to + Math.floorMod(x + right, width)] = pixels[from + x];
                }
            }
        }
        return moved;
    }
}
