// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.cli.platform;

import dev.rivulet.cli.Context;
import dev.rivulet.cli.home.Folders;
import dev.rivulet.cli.home.Part;
import dev.rivulet.cli.home.RivuletHome;
import dev.rivulet.cli.home.Secrets;
import dev.rivulet.cli.home.Settings;
import dev.rivulet.cli.home.UsageException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Parts that run as long as one command does: on free ports, with data in a folder of their own that is gone afterwards. However the
 * command ends, they end with it.
 */
public final class TemporaryPlatform implements AutoCloseable {
    private final RivuletHome home;
    private final Launches launches;
    private final Platform platform;
    private final FileLock lock;
    private boolean closed;

    private TemporaryPlatform(RivuletHome home, Launches launches, Platform platform, FileLock lock) {
        this.home = home;
        this.launches = launches;
        this.platform = platform;
        this.lock = lock;
    }

    /**
     * Starts parts and returns when all are ready.
     *
     * @param folder below the home; two commands can't use it at the same time
     * @throws UsageException if a part does not start, with the end of its log
     */
    public static TemporaryPlatform start(Context context, String folder, Set<Part> parts)
            throws InterruptedException, IOException {
        RivuletHome home = new RivuletHome(
                context.home().path().resolve(folder), context.home().checkout());
        home.create();
        Settings settings = Settings.of(home, environment(context));
        Progress progress = new Progress(context.err());
        FileLock lock = home.lock()
                .orElseThrow(() -> new UsageException("Another such command runs in " + home.path()
                        + ". Wait for its end, or set RIVULET_HOME to another folder."));
        Leftovers.stop(home, progress);
        forget(home);
        home.create();
        Launches launches = launches(home, settings, Ports.choose(EnumSet.copyOf(parts), settings));
        TemporaryPlatform made =
                new TemporaryPlatform(home, launches, new Platform(home, settings, launches, progress), lock);
        Runtime.getRuntime().addShutdownHook(new Thread(made::close, "stop temporary parts"));
        made.start(parts);
        return made;
    }

    private void start(Set<Part> parts) throws InterruptedException, IOException {
        try {
            platform.start(parts);
            platform.startLater(parts);
        } catch (StartException e) {
            close();
            throw new UsageException(String.valueOf(e.getMessage()));
        } catch (ProcessGroup.StoppingException e) {
            throw new UsageException("stopped before everything was ready");
        } catch (RuntimeException | IOException e) {
            close();
            throw e;
        }
    }

    private static Launches launches(RivuletHome home, Settings settings, Ports ports) {
        HttpClient client = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        return new Launches(home, settings, ports, new Secrets(home, new SecureRandom()), client);
    }

    /** Every port is a free one; unpacked services and their caches are those of the installation. */
    private static Map<String, String> environment(Context context) {
        Map<String, String> environment = new HashMap<>(context.environment());
        for (Part part : Part.values()) {
            environment.put(Settings.variable(part.setting() + ".port"), "0");
        }
        environment.put(Settings.variable("kafka.controller-port"), "0");
        Settings ours = Settings.of(context.home(), context.environment());
        environment.put(
                Settings.variable("aot-folder"), ours.aotFolder(context.home()).toString());
        return environment;
    }

    /** Address of a service. */
    public String url(Part part) {
        return launches.ports().url(part);
    }

    /** The bearer token that its services take. */
    public String token() {
        return launches.secrets().internalToken();
    }

    /** Whether it is being stopped. */
    public boolean isStopping() {
        return platform.isStopping();
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        platform.close();
        try {
            forget(home);
            lock.acquiredBy().close();
        } catch (IOException e) {
            throw new UsageException(home.data() + " could not be deleted: " + e.getMessage());
        }
    }

    private static void forget(RivuletHome home) throws IOException {
        if (Files.exists(home.data())) {
            Folders.delete(home.data());
        }
    }
}
