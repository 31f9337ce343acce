package org.consilium.model.engine;

import static org.bytedeco.dnnl.global.dnnl.*;

import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.dnnl.dnnl_primitive_desc;

/** Inverted dropout: a mask, drawn anew for each batch, that values and gradients are multiplied by. */
final class DropoutCode implements Code {

    private final Context context;
    private final Place place;
    private final double retain;
    private Tensor mask;
    private float[] drawn;
    private Value result;

    DropoutCode(Context context, Place place, Op.Dropout op) {
        this.context = context;
        this.place = place;
        this.retain = op.retain();
    }

    @Override
    public Value forward() {
        Tensor source = place.input().out();
        if (context.use() != Use.TRAIN) {
            result = new Value(place.layer(), source, Activation.NONE, place.inputsNeedGradient(), place.uses());
            return result;
        }
        // The mask lies in plain rows, so that which value it meets does not depend on the layout of this machine.
        Layout plain = Layout.plain(context.scope(), source.layout().dims());
        mask = context.emitter().tensor(plain);
        drawn = new float[Math.toIntExact(plain.floats())];
        Tensor out = context.emitter().tensor(source.layout());
        multiply(context.forward(), source, out);
        result = new Value(place.layer(), out, Activation.NONE, place.inputsNeedGradient(), place.uses());
        return result;
    }

    @Override
    public void backward() {
        if (!result.needsGradient()) {
            return;
        }
        Emitter emitter = context.emitter();
        Program program = context.backward();
        Tensor gradient = result.gradient(emitter, program);
        if (mask == null) {
            place.input().addGradient(emitter, program, gradient, false);
            return;
        }
        Tensor to = emitter.tensor(gradient.layout());
        multiply(program, gradient, to);
        place.input().addGradient(emitter, program, to, true);
    }

    /** Draws the next mask; does nothing where nothing is dropped. */
    void draw(SplittableRandom random) {
        if (mask == null) {
            return;
        }
        float kept = (float) (1 / retain);
        for (int i = 0; i < drawn.length; i++) {
            drawn[i] = random.nextDouble() < retain ? kept : 0;
        }
        mask.data().put(drawn);
    }

    private void multiply(Program program, Tensor from, Tensor to) {
        Emitter emitter = context.emitter();
        dnnl_primitive_desc desc = emitter.describe(
                "the dropout of layer " + place.layer(),
                d -> dnnl_binary_primitive_desc_create(
                        d,
                        OneDnn.engine(),
                        dnnl_binary_mul,
                        from.layout().desc(),
                        mask.layout().desc(),
                        to.layout().desc(),
                        emitter.attributes()));
        emitter.add(
                program,
                place.layer(),
                "dropout",
                desc,
                List.of(
                        new Emitter.Argument(DNNL_ARG_SRC_0, from),
                        new Emitter.Argument(DNNL_ARG_SRC_1, mask),
                        new Emitter.Argument(DNNL_ARG_DST, to)));
    }
}
