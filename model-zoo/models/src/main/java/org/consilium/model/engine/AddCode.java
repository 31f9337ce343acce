package org.consilium.model.engine;

import java.util.List;

/** Sum of inputs, as residual networks have it. */
final class AddCode implements Code {

    private final Context context;
    private final Place place;
    private Value result;

    AddCode(Context context, Place place) {
        this.context = context;
        this.place = place;
    }

    @Override
    public Value forward() {
        Emitter emitter = context.emitter();
        Program program = context.forward();
        Activation activation = place.node().op().activation();
        List<Value> inputs = place.inputs();
        Tensor sum = inputs.get(0).out();
        for (int i = 1; i < inputs.size(); i++) {
            Tensor next = emitter.in(program, place.layer(), inputs.get(i).out(), sum.layout());
            Tensor to = emitter.tensor(sum.layout());
            boolean isLast = i == inputs.size() - 1;
            emitter.sum(program, place.layer(), "sum", sum, next, isLast ? activation : Activation.NONE, to);
            sum = to;
        }
        Tensor out = sum;
        result = new Value(place.layer(), out, activation, place.inputsNeedGradient(), place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (!result.needsGradient()) {
            return;
        }
        Tensor gradient = result.gradient(context.emitter(), context.backward());
        for (Value input : place.inputs()) {
            if (input.needsGradient()) {
                input.addGradient(context.emitter(), context.backward(), gradient, false);
            }
        }
    }
}
