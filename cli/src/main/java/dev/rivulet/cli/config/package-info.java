// SPDX-License-Identifier: Apache-2.0
/** {@code rivulet config}: what services are told by config-server, who changed it, and who has applied it. */
@NullMarked
package dev.rivulet.cli.config;

import org.jspecify.annotations.NullMarked;
