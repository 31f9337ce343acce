package org.consilium.model.engine;

/**
 * The arithmetic of the rules over stretches of arrays, in float32 as Deeplearning4j has it. Plain loops over arrays on
 * the heap, which the JVM turns into vector instructions.
 */
final class Moves {

    private static final int LANES = 4;

    /**
     * Added and taken off again, it leaves floats above 1e-23 as they are and rounds smaller ones to multiples of 2^-123,
     * of which none is denormal. Momentum of weights without a gradient shrinks step by step until it would be, and would
     * stay there, since 0.9 of the smallest float is rounded to the smallest float; and arithmetic on denormals takes a
     * processor some hundred times as long.
     */
    private static final float FLUSH = 0x1p-100f;

    private Moves() {}

    /** Four sums at a time, because each waits for itself; in a fixed order, so that equal values give equal bits. */
    static double squaredNorm(float[] values, int from, int to) {
        int whole = from + (to - from) / LANES * LANES;
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int i = from; i < whole; i += LANES) {
            s0 += (double) values[i] * values[i];
            s1 += (double) values[i + 1] * values[i + 1];
            s2 += (double) values[i + 2] * values[i + 2];
            s3 += (double) values[i + 3] * values[i + 3];
        }
        for (int i = whole; i < to; i++) {
            s0 += (double) values[i] * values[i];
        }
        return s0 + s1 + (s2 + s3);
    }

    static void scale(float[] values, float factor, int from, int to) {
        for (int i = from; i < to; i++) {
            values[i] *= factor;
        }
    }

    /** to = to + factor other. */
    static void add(float[] to, float factor, float[] other, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] += factor * other[i];
        }
    }

    /** to = to + factor (one - other). */
    static void addDifference(float[] to, float factor, float[] one, float[] other, int from, int end) {
        for (int i = from; i < end; i++) {
            to[i] += factor * (one[i] - other[i]);
        }
    }

    static void sgd(float[] p, float[] g, float rate, int from, int to) {
        for (int i = from; i < to; i++) {
            p[i] -= rate * g[i];
        }
    }

    static void heavyBall(float[] p, float[] g, float[] v, float rate, float momentum, int from, int to) {
        for (int i = from; i < to; i++) {
            float now = momentum * v[i] - rate * g[i] + FLUSH - FLUSH;
            v[i] = now;
            p[i] += now;
        }
    }

    static void nesterov(float[] p, float[] g, float[] v, float rate, float momentum, int from, int to) {
        for (int i = from; i < to; i++) {
            float before = momentum * v[i];
            float now = before - rate * g[i] + FLUSH - FLUSH;
            v[i] = now;
            p[i] -= before - (1 + momentum) * now;
        }
    }

    /** rate is the corrected step size, rate sqrt(1 - beta2^t) / (1 - beta1^t). */
    static void adam(
            float[] p,
            float[] g,
            float[] m,
            float[] v,
            float rate,
            float beta1,
            float beta2,
            float epsilon,
            int from,
            int to) {
        for (int i = from; i < to; i++) {
            float mean = beta1 * m[i] + (1 - beta1) * g[i] + FLUSH - FLUSH;
            float square = beta2 * v[i] + (1 - beta2) * g[i] * g[i] + FLUSH - FLUSH;
            m[i] = mean;
            v[i] = square;
            p[i] -= rate * mean / ((float) Math.sqrt(square) + epsilon);
        }
    }

    /** Returns whether all are finite: anything else times 0 is not 0. */
    static boolean areFinite(float[] values) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        int whole = values.length / LANES * LANES;
        for (int i = 0; i < whole; i += LANES) {
            s0 += values[i] * 0f;
            s1 += values[i + 1] * 0f;
            s2 += values[i + 2] * 0f;
            s3 += values[i + 3] * 0f;
        }
        for (int i = whole; i < values.length; i++) {
            s0 += values[i] * 0f;
        }
        return s0 + s1 + s2 + s3 == 0;
    }
}
