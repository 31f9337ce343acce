package org.consilium.quickstart.platform;

import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** One platform of real parts with two site nodes for all system tests: it starts in a minute, so it starts once. */
public final class SharedPlatform implements ParameterResolver {

    /** The project's root folder. */
    public static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    /** How many site nodes there are. */
    public static final int SITES = 2;

    private static final ExtensionContext.Namespace NAMESPACE = ExtensionContext.Namespace.create(SharedPlatform.class);

    private record Running(Platform platform) implements AutoCloseable {

        static Running start() {
            Platform platform = Platform.start(
                    PlatformOptions.of(ROOT, ROOT.resolve("quickstart/target/system"), SITES), Progress.SILENT);
            try {
                platform.registerSites();
            } catch (RuntimeException e) {
                platform.close();
                throw e;
            }
            return new Running(platform);
        }

        @Override
        public void close() {
            platform.close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Platform.class;
    }

    @Override
    public Platform resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(Running.class, key -> Running.start(), Running.class)
                .platform();
    }
}
