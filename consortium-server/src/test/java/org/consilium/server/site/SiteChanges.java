package org.consilium.server.site;

import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.NotificationOptions;
import jakarta.enterprise.util.TypeLiteral;
import java.lang.annotation.Annotation;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps the changes of sites that were told of, where no container tells them to anybody. */
public final class SiteChanges implements Event<SiteChanged> {

    private final List<SiteChanged> told = new CopyOnWriteArrayList<>();

    /** Returns what was told, in its order. */
    public List<SiteChanged> told() {
        return List.copyOf(told);
    }

    @Override
    public void fire(SiteChanged change) {
        told.add(change);
    }

    @Override
    public <U extends SiteChanged> CompletionStage<U> fireAsync(U change) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <U extends SiteChanged> CompletionStage<U> fireAsync(U change, NotificationOptions options) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Event<SiteChanged> select(Annotation... qualifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <U extends SiteChanged> Event<U> select(Class<U> subtype, Annotation... qualifiers) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <U extends SiteChanged> Event<U> select(TypeLiteral<U> subtype, Annotation... qualifiers) {
        throw new UnsupportedOperationException();
    }
}
