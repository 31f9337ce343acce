package org.consilium.server.platform;

import java.net.URI;
import java.time.Duration;
import org.eclipse.microprofile.config.Config;

/** Reads settings by key and refuses a bad one naming the key; each feature makes one record of its settings with it. */
public final class Settings {

    private final Config config;

    /** @param config where the settings are */
    public Settings(Config config) {
        this.config = config;
    }

    /** Returns a text that must be there. */
    public String text(String key) {
        String value = text(key, "");
        if (value.isEmpty()) {
            throw refused(key, "is missing", "set it in bootstrap.properties");
        }
        return value;
    }

    /** Returns a text, or what stands in for it. */
    public String text(String key, String otherwise) {
        return config.getOptionalValue(key, String.class).map(String::strip).orElse(otherwise);
    }

    /** Returns a whole number that must be there. */
    public int integer(String key, int least, int most) {
        return (int) whole(key, text(key), least, most);
    }

    /** Returns a whole number, or what stands in for it. */
    public long whole(String key, long otherwise, long least, long most) {
        return whole(key, text(key, Long.toString(otherwise)), least, most);
    }

    /** Returns whole seconds, or what stands in for them. */
    public Duration seconds(String key, long otherwise, long least, long most) {
        return Duration.ofSeconds(whole(key, otherwise, least, most));
    }

    /** Returns an absolute https address without a slash at its end. */
    public URI https(String key) {
        String value = text(key);
        URI uri;
        try {
            uri = URI.create(value.replaceAll("/+$", ""));
        } catch (IllegalArgumentException e) {
            throw refused(key, "is '" + value + "'", "use an address such as https://localhost:9443");
        }
        if (!"https".equals(uri.getScheme()) || uri.getHost() == null) {
            throw refused(key, "is '" + value + "'", "use an https address such as https://localhost:9443");
        }
        return uri;
    }

    /** Returns an absolute address, http or https, as it stands there. */
    public URI web(String key) {
        String value = text(key);
        String action = "use an http or https address such as http://tsa.example/tsr";
        URI uri;
        try {
            uri = URI.create(value);
        } catch (IllegalArgumentException e) {
            throw refused(key, "is '" + value + "'", action);
        }
        boolean isWeb = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        // Addresses stand in logs: no password belongs into them, and so none is repeated here.
        if (uri.getRawUserInfo() != null) {
            throw refused(key, "has a name or password before its host", action);
        }
        if (!isWeb || uri.getHost() == null) {
            throw refused(key, "is '" + value + "'", action);
        }
        return uri;
    }

    private static long whole(String key, String value, long least, long most) {
        try {
            long number = Long.parseLong(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Refused below, like a number out of range.
        }
        throw refused(key, "is '" + value + "'", "use a whole number of " + least + " to " + most);
    }

    private static IllegalStateException refused(String key, String what, String action) {
        return new IllegalStateException("setting " + key + " " + what + "; " + action);
    }
}
