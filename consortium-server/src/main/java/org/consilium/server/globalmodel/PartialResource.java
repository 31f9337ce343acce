package org.consilium.server.globalmodel;

import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;
import org.consilium.contract.Problem;
import org.consilium.contract.Sha256;

/**
 * Something that never changes, handed out whole or in part (RFC 9110, section 14): what is known by its digest can be
 * fetched further after any interruption.
 *
 * @param digest by which it is addressed
 * @param mediaType of the whole
 * @param length of the whole in bytes
 */
record PartialResource(Sha256 digest, String mediaType, long length) {

    /** Writes a part. */
    @FunctionalInterface
    interface Body {
        /**
         * @param from first byte, from 0
         * @param to the byte after the last one
         * @param out to write to
         */
        void copy(long from, long to, OutputStream out) throws IOException;
    }

    /** Is told of what is handed out, before it is. */
    @FunctionalInterface
    interface Begun {
        /**
         * @param from first byte, from 0
         * @param to the byte after the last one
         */
        void begun(long from, long to);
    }

    /**
     * Answers a request.
     *
     * @param range what its header Range says, null where it has none
     * @param ifRange likewise
     * @param known likewise of If-None-Match
     */
    Response answer(String range, String ifRange, String known, Begun begun, Body body) {
        String tag = "\"" + digest + "\"";
        if (tag.equals(known)) {
            return Response.notModified().header(HttpHeaders.ETAG, tag).build();
        }
        Optional<ByteRange> part;
        try {
            part = range == null || (ifRange != null && !ifRange.equals(tag))
                    ? Optional.empty()
                    : ByteRange.parse(range, length);
        } catch (ByteRange.UnsatisfiableRange e) {
            return unsatisfiable(range);
        }
        ByteRange sent = part.orElse(new ByteRange(0, length));
        begun.begun(sent.from(), sent.to());
        Response.ResponseBuilder response = Response.status(part.isPresent() ? 206 : 200)
                .entity((StreamingOutput) out -> body.copy(sent.from(), sent.to(), out))
                .type(mediaType)
                .header(HttpHeaders.ETAG, tag)
                .header("Accept-Ranges", "bytes")
                .header(HttpHeaders.CACHE_CONTROL, "private, immutable")
                .header(HttpHeaders.CONTENT_LENGTH, sent.to() - sent.from());
        part.ifPresent(p -> response.header("Content-Range", "bytes " + p.from() + "-" + (p.to() - 1) + "/" + length));
        return response.build();
    }

    private Response unsatisfiable(String range) {
        Problem problem = new Problem(
                "range-unsatisfiable",
                416,
                "range not satisfiable",
                "The range " + range + " lies outside the body, which has " + length + " bytes.",
                "Ask for a range within it, or without a range.");
        return Response.status(416)
                .type(Problem.MEDIA_TYPE)
                .header("Content-Range", "bytes */" + length)
                .entity(problem.toJson().toString())
                .build();
    }
}
