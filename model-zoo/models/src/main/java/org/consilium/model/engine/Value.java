package org.consilium.model.engine;

/** The result of a node while its network is compiled, and the gradient that comes back to it. */
final class Value {

    private final String layer;
    private final Tensor out;
    private final boolean needsGradient;
    private final int uses;
    private Activation owed;
    private Tensor gradient;
    private boolean lent;

    /**
     * @param layer its node's name
     * @param out its values
     * @param owed the function whose derivative its gradient still has to be multiplied by
     * @param needsGradient whether anything before it wants one
     * @param uses how many nodes take it
     */
    Value(String layer, Tensor out, Activation owed, boolean needsGradient, int uses) {
        this.layer = layer;
        this.out = out;
        this.owed = owed;
        this.needsGradient = needsGradient;
        this.uses = uses;
    }

    Tensor out() {
        return out;
    }

    boolean needsGradient() {
        return needsGradient;
    }

    boolean isUsedOnce() {
        return uses == 1;
    }

    Activation owed() {
        return owed;
    }

    /** Says that the derivative has been taken already, elsewhere. */
    void settle() {
        owed = Activation.NONE;
    }

    /**
     * Adds to the gradient.
     *
     * @param own whether nobody else reads that tensor, so that it may be changed in place
     */
    void addGradient(Emitter emitter, Program backward, Tensor more, boolean own) {
        if (gradient == null) {
            gradient = more;
            lent = !own;
            return;
        }
        Tensor same = emitter.in(backward, layer, more, gradient.layout());
        Tensor to = lent ? emitter.tensor(gradient.layout()) : gradient;
        emitter.sum(backward, layer, "sum of gradients", gradient, same, Activation.NONE, to);
        gradient = to;
        lent = false;
    }

    boolean hasGradient() {
        return gradient != null;
    }

    /** Returns the whole gradient, before the function; the result's own layout where the function has been applied here. */
    Tensor gradient(Emitter emitter, Program backward) {
        if (owed.isNone()) {
            return gradient;
        }
        Tensor same = emitter.in(backward, layer, gradient, out.layout());
        Tensor to = lent && same == gradient ? emitter.tensor(out.layout()) : same;
        emitter.derivative(backward, layer, owed, out, same, to);
        gradient = to;
        lent = false;
        owed = Activation.NONE;
        return gradient;
    }
}
