// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.notices;

import dev.rivulet.notices.WorkNotice;
import java.io.IOException;

/** Where notices are put up. */
public interface NoticeBoard {

    /**
     * Puts one up; it is fine if nobody reads it.
     *
     * @throws IOException if that is not possible now; the next one may be
     */
    void putUp(WorkNotice notice) throws IOException;
}
