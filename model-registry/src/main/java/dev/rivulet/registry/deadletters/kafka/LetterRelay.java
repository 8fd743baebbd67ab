// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.registry.deadletters.kafka;

import dev.rivulet.kafka.KafkaConnections;
import dev.rivulet.reading.DeadLetter;
import dev.rivulet.reading.DeadLetters;
import dev.rivulet.registry.deadletters.DeadLettersSettings;
import dev.rivulet.registry.deadletters.Letter;
import dev.rivulet.registry.deadletters.Letter.State;
import dev.rivulet.registry.deadletters.LetterDesk;
import dev.rivulet.registry.deadletters.LetterStore;
import dev.rivulet.registry.deadletters.Payloads;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Sends decided letters back to their readers: when one was decided, and every poll interval. A registry that is killed between the
 * broker's acknowledgement and the note of it sends again; the reader knows what it has taken.
 */
@Component
class LetterRelay implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LetterRelay.class);
    private static final int AT_ONCE = 50;
    private static final int PURGED_AT_ONCE = 1000;
    private static final long HOUSEKEEPING_NANOS = Duration.ofMinutes(1).toNanos();
    private static final Duration STOP = Duration.ofSeconds(15);

    private final LetterStore store;
    private final DeadLettersSettings settings;
    private final Map<String, Object> connection;
    private final DeadLetterMeters meters;
    private final Semaphore wake = new Semaphore(0);
    private volatile boolean running;
    private long tidied = System.nanoTime();
    private @Nullable Thread thread;
    private @Nullable DeadLetters sending;

    LetterRelay(LetterStore store, DeadLettersSettings settings, Environment environment, DeadLetterMeters meters) {
        this.store = store;
        this.settings = settings;
        this.connection = KafkaConnections.settings(environment);
        this.meters = meters;
    }

    @EventListener
    void decided(LetterDesk.Decided decided) {
        wake.release();
    }

    @Override
    public synchronized void start() {
        if (!running) {
            running = true;
            thread = Thread.ofVirtual().name("dead-letter-relay").start(this::run);
        }
    }

    @Override
    public synchronized void stop() {
        running = false;
        wake.release();
        Thread stopping = thread;
        try {
            if (stopping != null && !stopping.join(STOP)) {
                stopping.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    private void run() {
        while (running) {
            try {
                drain();
                tidy();
                meters.look();
            } catch (InterruptException e) {
                break;
            } catch (RuntimeException e) {
                log.warn("Dead letters can't be sent back at present: {}", e.toString());
            }
            if (!pause()) {
                break;
            }
        }
        DeadLetters open = sending;
        if (open != null) {
            open.close();
            sending = null;
        }
    }

    private void drain() {
        int sent = AT_ONCE;
        while (running && sent == AT_ONCE) {
            sent = store.send(AT_ONCE, this::send);
        }
    }

    private void tidy() {
        if (System.nanoTime() - tidied > HOUSEKEEPING_NANOS) {
            tidied = System.nanoTime();
            store.purge(settings.keep(), PURGED_AT_ONCE);
        }
    }

    private void send(Letter letter) {
        DeadLetters open = sending;
        if (open == null) {
            open = new DeadLetters(connection);
            sending = open;
        }
        DeadLetter dead = letter.letter();
        byte[] mended = letter.mended();
        open.send(
                letter.state() == State.DISCARDING
                        ? dead.discard()
                        : dead.replay(Payloads.headers(letter), mended == null ? dead.value() : mended));
        log.info("Dead letter {} goes back to {}: {}", letter.id(), dead.reader(), letter.state());
    }

    private boolean pause() {
        try {
            if (wake.tryAcquire(settings.poll().toMillis(), TimeUnit.MILLISECONDS)) {
                wake.drainPermits();
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
