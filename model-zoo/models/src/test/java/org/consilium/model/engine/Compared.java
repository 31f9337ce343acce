package org.consilium.model.engine;

import static org.assertj.core.api.Assertions.assertThat;

/** Runs a compiled network beside the reference and measures how far apart they are. */
final class Compared {

    private Compared() {}

    /** Compares results, parameter gradients and, where the reference has them, input gradients. */
    static void check(String what, Graph training, Graph frozen, Reference reference, int batch) {
        Shape output = training.output().shape();
        float[] logits = new float[batch * output.values()];
        try (CompiledNetwork network = CompiledNetwork.compile(training, batch, Use.TRAIN)) {
            network.setParameters(reference.parameters());
            float[] back = new float[reference.parameters().length];
            network.getParameters(back);
            assertThat(back).as("parameters of %s come back bit for bit", what).isEqualTo(reference.parameters());
            network.forward(reference.input(), logits);
            double[] probabilities = softmax(logits, batch, output);
            assertThat(distance(probabilities, reference.probabilities()))
                    .as("results of %s", what)
                    .isLessThan(1e-5);
            network.backward(gradient(probabilities, reference.labels()));
            float[] gradient = new float[reference.parameters().length];
            network.getGradient(gradient);
            assertThat(relative(gradient, reference.gradient()))
                    .as("parameter gradient of %s", what)
                    .isLessThan(1e-4);
        }
        if (reference.inputGradient() == null) {
            return;
        }
        try (CompiledNetwork network = CompiledNetwork.compile(frozen, batch, Use.INPUT_GRADIENT)) {
            network.setParameters(reference.parameters());
            network.forward(reference.input(), logits);
            double[] probabilities = softmax(logits, batch, output);
            float[] input = new float[reference.input().length];
            float[] none = new float[batch * network.featureShape().values()];
            network.backward(gradient(probabilities, reference.labels()), none, input);
            assertThat(relative(input, reference.inputGradient()))
                    .as("input gradient of %s", what)
                    .isLessThan(1e-4);
        }
    }

    static double[] softmax(float[] logits, int batch, Shape output) {
        int classes = output.channels();
        int positions = output.isMaps() ? output.height() * output.width() : 1;
        double[] probabilities = new double[logits.length];
        for (int b = 0; b < batch; b++) {
            for (int p = 0; p < positions; p++) {
                double most = Double.NEGATIVE_INFINITY;
                for (int k = 0; k < classes; k++) {
                    most = Math.max(most, logits[(b * classes + k) * positions + p]);
                }
                double sum = 0;
                for (int k = 0; k < classes; k++) {
                    sum += Math.exp(logits[(b * classes + k) * positions + p] - most);
                }
                for (int k = 0; k < classes; k++) {
                    int at = (b * classes + k) * positions + p;
                    probabilities[at] = Math.exp(logits[at] - most) / sum;
                }
            }
        }
        return probabilities;
    }

    static float[] gradient(double[] probabilities, float[] labels) {
        float[] gradient = new float[labels.length];
        for (int i = 0; i < labels.length; i++) {
            gradient[i] = (float) (probabilities[i] - labels[i]);
        }
        return gradient;
    }

    static double distance(double[] one, double[] other) {
        double most = 0;
        for (int i = 0; i < one.length; i++) {
            most = Math.max(most, Math.abs(one[i] - other[i]));
        }
        return most;
    }

    /** Largest difference in units of the largest value. */
    static double relative(float[] found, double[] wanted) {
        double most = 0;
        double size = 1e-12;
        for (int i = 0; i < found.length; i++) {
            most = Math.max(most, Math.abs(found[i] - wanted[i]));
            size = Math.max(size, Math.abs(wanted[i]));
        }
        return Double.isNaN(most) ? Double.POSITIVE_INFINITY : most / size;
    }
}
