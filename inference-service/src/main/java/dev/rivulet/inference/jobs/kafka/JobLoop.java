// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.inference.jobs.kafka;

import dev.rivulet.inference.jobs.JobsProperties;
import java.time.Duration;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * The thread that takes jobs: one session after the other, as long as the replica runs and has a model. A session that failed,
 * because the broker is away or because a successor took its place, is followed by a fresh one with fresh clients.
 */
final class JobLoop implements SmartLifecycle, Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(JobLoop.class);
    private static final long COME_AGAIN_MILLIS = 1_000;

    private final KafkaClients clients;
    private final Supplier<JobSession> sessions;
    private final IntSupplier room;
    private final Duration drain;
    private final Object pause = new Object();
    private volatile boolean stopping;
    private volatile boolean working;
    private Thread thread = new Thread(this, "jobs");

    /** @param room jobs that may run at once now: none without a model */
    JobLoop(KafkaClients clients, Supplier<JobSession> sessions, IntSupplier room, JobsProperties properties) {
        this.clients = clients;
        this.sessions = sessions;
        this.room = room;
        this.drain = properties.drain();
    }

    @Override
    public synchronized void start() {
        stopping = false;
        thread = new Thread(this, "jobs");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void run() {
        boolean told = false;
        while (!stopping) {
            if (room.getAsInt() == 0) {
                rest();
                continue;
            }
            try {
                clients.provision();
                told = false;
                session();
            } catch (InterruptedException | org.apache.kafka.common.errors.InterruptException e) {
                return;
            } catch (KafkaException e) {
                LOG.atLevel(told ? org.slf4j.event.Level.DEBUG : org.slf4j.event.Level.WARN)
                        .log("Jobs are not taken at present and will be again: {}", e.getMessage());
                told = true;
                rest();
            } catch (RuntimeException e) {
                LOG.error("Jobs were given up by a fault of this replica, and are begun anew", e);
                rest();
            }
        }
    }

    private void session() {
        working = true;
        try (JobSession session = sessions.get()) {
            session.run(() -> stopping, drain);
        } finally {
            working = false;
        }
    }

    private void rest() {
        synchronized (pause) {
            try {
                if (!stopping) {
                    pause.wait(COME_AGAIN_MILLIS);
                }
            } catch (InterruptedException e) {
                stopping = true;
            }
        }
    }

    @Override
    public void stop() {
        stopping = true;
        synchronized (pause) {
            pause.notifyAll();
        }
        // Without a session there is no job to finish, and whoever waits for a broker would wait in vain.
        if (!working) {
            thread.interrupt();
        }
        try {
            thread.join(drain.plusSeconds(5));
            thread.interrupt();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return thread.isAlive();
    }

    /** Stops before requests over HTTP are drained: jobs go on by them. */
    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
