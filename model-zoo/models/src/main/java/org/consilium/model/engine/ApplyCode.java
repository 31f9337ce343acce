package org.consilium.model.engine;

/** A function whose argument is wanted by others as well, or is made by what cannot apply it. */
final class ApplyCode implements Code {

    private final Context context;
    private final Place place;
    private Value result;

    ApplyCode(Context context, Place place) {
        this.context = context;
        this.place = place;
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        Activation activation = place.node().op().activation();
        Tensor source = place.input().out();
        Tensor out = emitter.tensor(source.layout());
        emitter.function(context.forward(), place.layer(), activation.forward(), activation.slope(), source, out);
        result = new Value(place.layer(), out, activation, place.inputsNeedGradient(), place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (result.needsGradient()) {
            // The derivative is taken into memory of its own, or in place where the gradient is nobody else's.
            Tensor gradient = result.gradient(context.emitter(), context.backward());
            place.input().addGradient(context.emitter(), context.backward(), gradient, true);
        }
    }
}
