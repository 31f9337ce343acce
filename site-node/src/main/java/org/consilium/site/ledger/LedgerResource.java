package org.consilium.site.ledger;

import jakarta.annotation.security.RolesAllowed;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.json.Json;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObjectBuilder;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.consilium.site.platform.ProblemException;
import org.consilium.site.platform.Responses;
import org.consilium.site.platform.SiteSettings;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What has left this node. */
@Path("ledger")
@ApplicationScoped
@RolesAllowed("steward")
@Produces(MediaType.APPLICATION_JSON)
public class LedgerResource {

    private static final int MOST = 1_000;
    private static final int USUAL = 100;

    @Inject
    Ledger ledger;

    @Inject
    SiteSettings settings;

    /**
     * Returns entries in the order in which they were made, the oldest first; the last one's id as {@code after} gives
     * the next ones. An entry that was read may still grow: {@code times} and {@code lastAt} of the latest of each kind.
     *
     * @param after only entries with a greater id
     * @param limit at most so many, 1 to 1,000; 100 unless given
     */
    @GET
    @Operation(
            summary = "What has left this node: when, what, to whom, size, SHA-256, protocol; oldest first, by pages")
    public Response entries(@QueryParam("after") String after, @QueryParam("limit") String limit) {
        long first = whole("after", after, 0, 0, Long.MAX_VALUE);
        int most = (int) whole("limit", limit, USUAL, 1, MOST);
        JsonArrayBuilder list = Json.createArrayBuilder();
        ledger.entries(first, Period.ALWAYS, most).forEach(entry -> list.add(json(entry)));
        return Responses.json(200, list.build());
    }

    /**
     * Returns all entries of which something was sent within the given days, as CSV.
     *
     * @param from the first day in UTC, YYYY-MM-DD; from the beginning unless given
     * @param to the last day in UTC, which is included; until now unless given
     */
    @GET
    @Path("export")
    @Produces({"text/csv", MediaType.WILDCARD})
    @Operation(summary = "What has left this node from one day to another, as CSV (RFC 4180)")
    public Response export(@QueryParam("from") String from, @QueryParam("to") String to) {
        Period period;
        try {
            period = Period.days(from, to);
        } catch (IllegalArgumentException e) {
            throw new ProblemException(Responses.invalid(e.getMessage() + "."), e);
        }
        // Read before the status goes out: a database that is away is a 503, not half a file.
        List<Entry> first = ledger.entries(0, period, MOST);
        StreamingOutput body = out -> write(out, first, period);
        return Response.ok(body)
                .type("text/csv; charset=UTF-8; header=present")
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"consilium-ledger-" + settings.site() + ".csv\"")
                .build();
    }

    private void write(OutputStream out, List<Entry> first, Period period) throws IOException {
        Writer writer = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8));
        writer.write(Csv.header());
        // Page by page: neither the memory nor a transaction grows with the ledger.
        List<Entry> page = first;
        while (!page.isEmpty()) {
            for (Entry entry : page) {
                writer.write(Csv.record(entry));
            }
            page = page.size() < MOST
                    ? List.of()
                    : ledger.entries(page.get(page.size() - 1).id(), period, MOST);
        }
        writer.flush();
    }

    private static long whole(String name, String text, long unlessGiven, long least, long most) {
        if (text == null) {
            return unlessGiven;
        }
        try {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw wrong(name, text, least, most);
        }
        throw wrong(name, text, least, most);
    }

    private static ProblemException wrong(String name, String text, long least, long most) {
        String range = most == Long.MAX_VALUE ? "the id of an entry, or " + least : least + " to " + most;
        return new ProblemException(Responses.invalid("'" + name + "' is '" + text + "': use " + range + "."));
    }

    private static JsonObjectBuilder json(Entry entry) {
        Departure what = entry.what();
        JsonObjectBuilder json = Json.createObjectBuilder()
                .add("id", entry.id())
                .add("at", entry.at().toString())
                .add("lastAt", entry.lastAt().toString())
                .add("times", entry.times())
                .add("kind", what.kind())
                .add("to", what.to());
        what.study().ifPresentOrElse(study -> json.add("study", study), () -> json.addNull("study"));
        what.round().ifPresentOrElse(round -> json.add("round", round), () -> json.addNull("round"));
        json.add("bytes", what.bytes()).add("sha256", what.sha256().hex());
        what.protocol()
                .ifPresentOrElse(protocol -> json.add("protocol", protocol.hex()), () -> json.addNull("protocol"));
        what.metrics().ifPresentOrElse(metrics -> json.add("metrics", metrics), () -> json.addNull("metrics"));
        return json.add("httpMethod", what.httpMethod());
    }
}
