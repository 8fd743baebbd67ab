// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices;

import dev.rivulet.federation.rounds.Federations;
import dev.rivulet.federation.rounds.Standing;
import dev.rivulet.notices.WorkNotice;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** The thread that looks what federations want, and puts it up. A board that is away holds no round up. */
@Component
@ConditionalOnProperty("rivulet.federation.notices.broker")
final class Telling implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(Telling.class);
    private static final Duration STOP = Duration.ofSeconds(10);
    /** Of the pause after a failure, in looks. */
    private static final int MOST_PAUSE = 64;

    private final Supplier<List<Standing>> standings;
    private final NoticeBoard board;
    private final NoticesSettings settings;
    private final Clock clock;
    private final Wanting wanting;
    private final Semaphore stopping = new Semaphore(0);
    private volatile @Nullable Thread thread;

    @Autowired
    Telling(Federations federations, NoticeBoard board, NoticesSettings settings, Clock clock) {
        this(federations::standings, board, settings, clock);
    }

    Telling(Supplier<List<Standing>> standings, NoticeBoard board, NoticesSettings settings, Clock clock) {
        this.standings = standings;
        this.board = board;
        this.settings = settings;
        this.clock = clock;
        this.wanting = new Wanting(settings.again());
    }

    @Override
    public void start() {
        thread = Thread.ofVirtual().name("federation-notices").start(this::tell);
    }

    private void tell() {
        int failures = 0;
        try {
            do {
                failures = look() ? 0 : Math.min(MOST_PAUSE, 2 * failures + 1);
            } while (!stopping.tryAcquire(
                    settings.look().multipliedBy(1L + failures).toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether all that was due could be told. */
    boolean look() {
        for (WorkNotice notice : wanting.due(standings.get(), clock.instant())) {
            try {
                board.putUp(notice);
                wanting.told(notice, clock.instant());
            } catch (IOException e) {
                log.warn("Devices of {} can't be told that it looks for them: {}", notice.federation(), e.getMessage());
                return false;
            }
        }
        return true;
    }

    @Override
    public void stop() {
        Thread telling = thread;
        if (telling == null) {
            return;
        }
        stopping.release();
        try {
            if (!telling.join(STOP)) {
                telling.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        stopping.drainPermits();
        thread = null;
    }

    @Override
    public boolean isRunning() {
        return thread != null;
    }
}
