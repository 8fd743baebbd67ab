// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.upstream;

import dev.rivulet.federation.publication.PublicationSettings;
import dev.rivulet.federation.rounds.FollowedRounds;
import dev.rivulet.federation.rounds.Following;
import dev.rivulet.federation.upstream.UpstreamSettings.Above;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** All federations here that are devices of another. Safe for threads. */
@Component
public class Upstreams implements Following, SmartLifecycle {

    private final Map<String, Above> above;
    private final Map<String, Upstream> running = new ConcurrentHashMap<>();
    private final Path folder;
    private final ObjectProvider<FollowedRounds> rounds;
    private final Clock clock;
    private final RandomGenerator random;
    private volatile boolean started;

    Upstreams(
            UpstreamSettings settings,
            PublicationSettings publication,
            ObjectProvider<FollowedRounds> rounds,
            Clock clock,
            RandomGenerator random) {
        this.above = new ConcurrentHashMap<>(settings.upstreams());
        this.folder = publication.folder().resolve("upstream");
        this.rounds = rounds;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public boolean follows(String federation) {
        return above.containsKey(federation);
    }

    /** Makes a federation that is yet to be made a device of the one above. */
    public synchronized void link(String federation, Above service) {
        above.put(federation, service);
        if (started) {
            begin(federation, service);
        }
    }

    private void begin(String federation, Above service) {
        Upstream upstream = new Upstream(
                federation,
                service,
                new KeptIdentity(folder.resolve(federation + ".properties")),
                rounds.getObject(),
                clock,
                random);
        running.put(federation, upstream);
        upstream.start();
    }

    @Override
    public synchronized void start() {
        started = true;
        above.forEach(this::begin);
    }

    @Override
    public synchronized void stop() {
        started = false;
        running.values().forEach(Upstream::close);
        running.clear();
    }

    @Override
    public boolean isRunning() {
        return started;
    }
}
