package dev.outlive.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class ProcessGroupTest {
  private static final int SIGSTOP = 19;

  @AutoClose private final Processes processes = new Processes();

  @Test
  void killTakesChildrenAndStoppedMembers() throws IOException {
    ProcessIdentity leader = processes.session("sleep 600 & (sleep 600; true) & wait");
    List<ProcessIdentity> members = Processes.members(leader, 4);
    for (ProcessIdentity member : members) {
      if (!member.equals(leader)) {
        assertThat(Signals.send(member.pid(), SIGSTOP)).isZero();
      }
    }
    assertThat(new ProcessGroup(leader).kill()).isTrue();
    members.forEach(Await::gone);
  }

  @Test
  void killReachesChildrenThatOutlivedTheirLeader() throws IOException {
    ProcessIdentity leader = processes.session("sleep 600 & wait");
    List<ProcessIdentity> members = Processes.members(leader, 2);
    Signals.send(leader.pid(), 9);
    Await.until("leader reaped", () -> ProcessIdentity.of(leader.pid()).isEmpty());
    ProcessIdentity child =
        members.stream().filter(m -> !m.equals(leader)).findFirst().orElseThrow();
    assertThat(child.isAlive()).isTrue();
    assertThat(new ProcessGroup(leader).kill()).isTrue();
    Await.gone(child);
  }

  @Test
  void aLeaderWithoutAGroupOfItsOwnIsKilledAlone() throws IOException {
    ProcessIdentity process = processes.start(new ProcessBuilder("sleep", "600"));
    assertThat(new ProcessGroup(process).kill()).isTrue();
    Await.gone(process);
  }

  @Test
  void aReusedNumberIsNotKilled() throws IOException {
    ProcessIdentity stranger = processes.session("sleep 600 & wait");
    Processes.members(stranger, 2);
    ProcessIdentity before = new ProcessIdentity(stranger.pid(), stranger.startTicks() - 1);
    ProcessGroup group = new ProcessGroup(before);
    assertThat(group.kill()).isTrue();
    assertThat(group.members()).isEmpty();
    assertThat(group.sweep()).isZero();
    Processes.members(stranger, 2);
  }

  @Test
  void aGroupThatIsGoneIsNobodysConcern() throws IOException {
    ProcessIdentity leader = processes.session("sleep 600");
    ProcessGroup group = new ProcessGroup(leader);
    group.kill();
    Await.until("reaped", () -> group.members().isEmpty());
    assertThat(group.kill()).isTrue();
    assertThat(group.sweep()).isZero();
  }

  @Test
  void sweepFindsGroupsWithinTheSession() throws IOException {
    // With job control (bash: dash has none without a terminal) each job is a group of its own.
    ProcessIdentity leader = processes.session(Processes.JOB_CONTROL);
    List<ProcessIdentity> members = Processes.members(leader, 3);
    ProcessGroup group = new ProcessGroup(leader);
    Await.until(
        "a group for each job",
        () -> group.members().stream().map(ProcessStat::group).distinct().count() == 3);
    group.kill();
    Await.gone(leader);
    assertThat(group.sweep()).isEqualTo(2);
    members.forEach(Await::gone);
  }

  @Test
  void whatMustNeverBeKilledIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ProcessGroup(new ProcessIdentity(1, 1)));
    ProcessIdentity self = ProcessIdentity.of(ProcessHandle.current().pid()).orElseThrow();
    assertThatIllegalArgumentException().isThrownBy(() -> new ProcessGroup(self));
  }

  @Test
  void reapingIsLeftToProcess1() throws IOException {
    ProcessIdentity leader = processes.session("sleep 600");
    assertThat(new ProcessGroup(leader).reapOrphans()).isTrue();
    assertThat(leader.isAlive()).isTrue();
  }
}
