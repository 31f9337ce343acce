package org.consilium.server.audit;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;

/** Takes the body of an authority's answer, up to a limit: beyond it the answer fails, and the rest is not read. */
class TimeStampBody implements BodySubscriber<byte[]> {

    private final BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
    private final int most;
    private long taken;
    private Flow.Subscription subscription;

    TimeStampBody(int most) {
        this.most = most;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        all.onSubscribe(given);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        taken += part.stream().mapToLong(ByteBuffer::remaining).sum();
        if (taken > most) {
            subscription.cancel();
            onError(new IOException("its answer has more than " + most + " bytes"));
        } else {
            all.onNext(part);
        }
    }

    @Override
    public void onError(Throwable why) {
        all.onError(why);
    }

    @Override
    public void onComplete() {
        all.onComplete();
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return all.getBody();
    }
}
