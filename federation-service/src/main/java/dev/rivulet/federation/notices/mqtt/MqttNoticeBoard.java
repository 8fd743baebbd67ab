// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices.mqtt;

import dev.rivulet.federation.notices.NoticeBoard;
import dev.rivulet.federation.notices.NoticesSettings;
import dev.rivulet.notices.NoticePublisher;
import dev.rivulet.notices.WorkNotice;
import jakarta.annotation.PreDestroy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.stereotype.Component;

/** A broker, connected to when there is something to tell. Used by one thread. */
@Component
@ConditionalOnProperty("rivulet.federation.notices.broker")
final class MqttNoticeBoard implements NoticeBoard {

    private final NoticesSettings settings;
    private @Nullable NoticePublisher publisher;

    MqttNoticeBoard(NoticesSettings settings) {
        this.settings = settings;
    }

    @Override
    public synchronized void putUp(WorkNotice notice) throws IOException {
        NoticePublisher to = publisher;
        if (to == null) {
            to = NoticePublisher.connected(settings.access(), settings.prefix());
            publisher = to;
        }
        to.publish(notice);
    }

    @PreDestroy
    synchronized void close() {
        if (publisher != null) {
            publisher.close();
            publisher = null;
        }
    }
}
