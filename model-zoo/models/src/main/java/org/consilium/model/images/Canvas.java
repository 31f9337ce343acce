package org.consilium.model.images;

import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.sampling.distribution.ZigguratSampler;

/**
 * A small picture of float samples, 0 dark to 1 bright, on which phantoms are painted with soft edges; coordinates are
 * in pixels, y downwards. Uses no function whose last bit depends on the machine, so that equal seeds give equal bytes.
 */
final class Canvas {

    /** The signed distance of a point from a shape's edge, in pixels, negative inside. */
    @FunctionalInterface
    interface Outline {
        double distance(double x, double y);

        /** Returns an outline around both. */
        default Outline or(Outline other) {
            return (x, y) -> Math.min(distance(x, y), other.distance(x, y));
        }
    }

    private final int size;
    private final int channels;
    private final float[] samples;

    Canvas(int size, int channels, double... background) {
        this.size = size;
        this.channels = channels;
        this.samples = new float[size * size * channels];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (float) background[i % channels];
        }
    }

    /** Returns a disc whose edge wavers by two and by three lobes. */
    static Outline blob(double cx, double cy, double radius, double waver, UniformRandomProvider random) {
        double c2 = waver * (2 * random.nextDouble() - 1);
        double s2 = waver * (2 * random.nextDouble() - 1);
        double c3 = 0.6 * waver * (2 * random.nextDouble() - 1);
        double s3 = 0.6 * waver * (2 * random.nextDouble() - 1);
        return (x, y) -> {
            double dx = x - cx;
            double dy = y - cy;
            double r = Math.sqrt(dx * dx + dy * dy);
            double u = dx / (r + 1e-6);
            double v = dy / (r + 1e-6);
            // cos and sin of twice and three times the angle
            double wave =
                    c2 * (u * u - v * v) + s2 * 2 * u * v + c3 * u * (u * u - 3 * v * v) + s3 * v * (3 * u * u - v * v);
            return r - radius * (1 + wave);
        };
    }

    /** Returns an ellipse turned by an angle in radians; the distance is exact on its edge only. */
    static Outline ellipse(double cx, double cy, double a, double b, double angle) {
        double cos = StrictMath.cos(angle);
        double sin = StrictMath.sin(angle);
        return (x, y) -> {
            double u = ((x - cx) * cos + (y - cy) * sin) / a;
            double v = (-(x - cx) * sin + (y - cy) * cos) / b;
            return (Math.sqrt(u * u + v * v) - 1) * Math.min(a, b);
        };
    }

    /** Paints the inside of an outline over a soft edge {@code softness} pixels wide. */
    void paint(Outline outline, double softness, double opacity, double... colour) {
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                double cover = 0.5 - outline.distance(x + 0.5, y + 0.5) / softness;
                if (cover > 0) {
                    blend(x, y, opacity * Math.min(1, cover), colour);
                }
            }
        }
    }

    /** Paints one small disc. */
    void dot(double cx, double cy, double radius, double opacity, double... colour) {
        int reach = (int) Math.ceil(radius + 1);
        for (int y = Math.max(0, (int) cy - reach); y <= Math.min(size - 1, (int) cy + reach); y++) {
            for (int x = Math.max(0, (int) cx - reach); x <= Math.min(size - 1, (int) cx + reach); x++) {
                double dx = x + 0.5 - cx;
                double dy = y + 0.5 - cy;
                double cover = 0.5 + radius - Math.sqrt(dx * dx + dy * dy);
                if (cover > 0) {
                    blend(x, y, opacity * Math.min(1, cover), colour);
                }
            }
        }
    }

    private void blend(int x, int y, double weight, double[] colour) {
        int at = (y * size + x) * channels;
        for (int channel = 0; channel < channels; channel++) {
            samples[at + channel] += (float) (weight * (colour[channel] - samples[at + channel]));
        }
    }

    /** Adds mottling, smooth over about three pixels and equal in all channels, inside an outline. */
    void mottle(Outline outline, double amplitude, UniformRandomProvider random) {
        float[] field = new float[size * size];
        ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
        for (int i = 0; i < field.length; i++) {
            field[i] = (float) normal.sample();
        }
        for (int y = 1; y < size - 1; y++) {
            for (int x = 1; x < size - 1; x++) {
                if (outline.distance(x + 0.5, y + 0.5) < 0) {
                    int i = y * size + x;
                    float mean = (2 * field[i] + field[i - 1] + field[i + 1] + field[i - size] + field[i + size]) / 3;
                    for (int channel = 0; channel < channels; channel++) {
                        samples[i * channels + channel] += (float) amplitude * mean;
                    }
                }
            }
        }
    }

    /** Blurs by the binomial kernel (1 2 1) in both directions, mixed with the sharp picture. */
    void blur(double share) {
        float[] sharp = samples.clone();
        for (int y = 1; y < size - 1; y++) {
            for (int x = 1; x < size - 1; x++) {
                for (int channel = 0; channel < channels; channel++) {
                    float sum = 0;
                    for (int dy = -1; dy <= 1; dy++) {
                        for (int dx = -1; dx <= 1; dx++) {
                            sum += (2 - Math.abs(dx))
                                    * (2 - Math.abs(dy))
                                    * sharp[((y + dy) * size + x + dx) * channels + channel];
                        }
                    }
                    int at = (y * size + x) * channels + channel;
                    samples[at] += (float) (share * (sum / 16 - samples[at]));
                }
            }
        }
    }

    /** Multiplies by {@code gain}, by channel, and by a field that slopes by {@code dx} and {@code dy} across the picture. */
    void shade(double[] gain, double dx, double dy) {
        for (int i = 0; i < samples.length; i++) {
            int pixel = i / channels;
            double slope =
                    1 + dx * ((pixel % size) / (double) size - 0.5) + dy * ((pixel / size) / (double) size - 0.5);
            samples[i] *= (float) (gain[i % channels] * slope);
        }
    }

    /** Adds independent normal noise to each sample; {@code rician} as magnitude images of MR have it, never negative. */
    void noise(double sigma, boolean rician, UniformRandomProvider random) {
        ZigguratSampler.NormalizedGaussian normal = ZigguratSampler.NormalizedGaussian.of(random);
        for (int i = 0; i < samples.length; i++) {
            double real = samples[i] + sigma * normal.sample();
            double imaginary = rician ? sigma * normal.sample() : 0;
            samples[i] = (float) (rician ? Math.sqrt(real * real + imaginary * imaginary) : real);
        }
    }

    /** Returns the picture as bytes, shape {@code [size, size, channels]}. */
    byte[] bytes() {
        byte[] bytes = new byte[samples.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) Math.max(0, Math.min(255, Math.round(255 * samples[i])));
        }
        return bytes;
    }
}
