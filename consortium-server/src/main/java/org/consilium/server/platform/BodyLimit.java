package org.consilium.server.platform;

import jakarta.annotation.Priority;
import jakarta.ws.rs.Priorities;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.consilium.contract.ClassStatistics;
import org.consilium.contract.ParametersHeader;

/**
 * Takes no body larger than any that the API knows, since most are read into memory: by the length that the request
 * names, and by counting where it names none. Parameters and class statistics have limits of their own.
 */
@Provider
@Priority(Priorities.ENTITY_CODER)
public class BodyLimit implements ContainerRequestFilter {

    private static final int MOST_BYTES = 4_194_304;
    private static final List<MediaType> LIMITED =
            List.of(MediaType.valueOf(ParametersHeader.MEDIA_TYPE), MediaType.valueOf(ClassStatistics.MEDIA_TYPE));

    @Override
    public void filter(ContainerRequestContext request) {
        if (!request.hasEntity() || isLimited(request.getMediaType())) {
            return;
        }
        if (request.getLength() > MOST_BYTES) {
            request.abortWith(ProblemMapper.response(tooLarge().problem()));
            return;
        }
        request.setEntityStream(new Counted(request.getEntityStream()));
    }

    /** Not by isCompatible: a wildcard is compatible with parameters, and with what takes JSON as well. */
    private static boolean isLimited(MediaType type) {
        return type != null
                && LIMITED.stream()
                        .anyMatch(own -> own.getType().equalsIgnoreCase(type.getType())
                                && own.getSubtype().equalsIgnoreCase(type.getSubtype()));
    }

    private static Refusal tooLarge() {
        return Refusal.of(
                413,
                "body-too-large",
                "The body has more than " + MOST_BYTES + " bytes.",
                "Send a smaller one; nothing was stored.");
    }

    /** Refuses to be read beyond the limit. */
    private static final class Counted extends FilterInputStream {

        private long left = MOST_BYTES;

        Counted(InputStream body) {
            super(body);
        }

        @Override
        public int read() throws IOException {
            int one = super.read();
            count(one < 0 ? 0 : 1);
            return one;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int some = super.read(into, offset, length);
            count(Math.max(some, 0));
            return some;
        }

        private void count(int more) {
            left -= more;
            if (left < 0) {
                throw tooLarge();
            }
        }
    }
}
