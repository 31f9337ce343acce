package org.consilium.quickstart;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.consilium.quickstart.platform.Trusting;
import picocli.CommandLine.Option;

/** Options by which a command finds a consortium server, and who speaks to it: a token in a file, or a log-in now. */
final class ServerAccess {

    private static final String WHO = "the consortium server";

    @Option(names = "--server", paramLabel = "URL", description = "The consortium server, https.")
    private URI server;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "File with an access token of the consortium's realm, of someone with the role auditor,"
                    + " coordinator or administrator; so that it is in no list of processes. Without it you log in by a"
                    + " browser, on this machine or another.")
    private Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE.pem",
            description = "Authorities to trust instead of Java's, if your consortium has its own.")
    private Path authorities;

    /** Refuses what cannot be followed, before anything is done. */
    void check() {
        if (server == null) {
            throw new BadOption("--server", "name the consortium server, such as https://consortium.example.org");
        }
        if (!"https".equals(server.getScheme()) || server.getHost() == null) {
            throw new BadOption("--server " + server, "use an https address such as https://consortium.example.org");
        }
        if (tokenFile != null && !Files.isReadable(tokenFile)) {
            throw unreadable();
        }
    }

    /**
     * Returns the server's API, logged in.
     *
     * @param screen shows how to log in
     */
    Api api(Screen screen) {
        check();
        HttpClient client = Trusting.client(Optional.ofNullable(authorities));
        String token = tokenFile == null ? new DeviceLogIn(client, screen).token(server) : token();
        return new Api(WHO, client, server, () -> token);
    }

    private String token() {
        try {
            return Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw unreadable();
        }
    }

    private BadOption unreadable() {
        return new BadOption("--token-file " + tokenFile, "it cannot be read; put an access token into it");
    }
}
