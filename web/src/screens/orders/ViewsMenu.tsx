import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark } from 'lucide-react';
import { useState } from 'react';
import { api, call, type Schemas } from '~/api/client';
import { viewsQuery } from '~/api/queries';
import { FormDialog } from '~/app/FormDialog';
import { ProblemNotice } from '~/app/problem-text';
import { type OrderSearch, orderSearch, rootSearch } from '~/app/search';
import { useT } from '~/app/words';
import { Button } from '~/ui/Button';
import { allColumns, type ColumnChoice } from '~/ui/DataTable';
import { Dialog } from '~/ui/Dialog';
import { Checkbox, TextField } from '~/ui/Field';
import { Menu, MenuItem, MenuLabel, MenuLine } from '~/ui/Menu';
import { toast } from '~/ui/Toast';
import { useSave } from '~/ui/use-save';

type Search = OrderSearch & { store?: string };
type View = Schemas['View'];

/** A view as it is kept: the filters and the columns. What cannot be read any more is left out. */
export function readView(query: string): { search: Search; columns: ColumnChoice } {
  try {
    const kept = JSON.parse(query) as { search?: Record<string, unknown>; columns?: ColumnChoice };
    const raw = kept.search ?? {};
    return { search: { ...rootSearch(raw), ...orderSearch(raw) }, columns: kept.columns ?? allColumns };
  } catch {
    return { search: {}, columns: allColumns };
  }
}

export function writeView({ order: _, ...search }: Search, columns: ColumnChoice): string {
  return JSON.stringify({ search, columns });
}

export function ViewsMenu({
  search,
  choice,
  onApply,
}: {
  search: Search;
  choice: ColumnChoice;
  onApply: (search: Search, columns: ColumnChoice) => void;
}) {
  const t = useT();
  const client = useQueryClient();
  const { data } = useQuery(viewsQuery('orders'));
  const [saving, setSaving] = useState(false);
  const [removing, setRemoving] = useState(false);
  const views = data?.rows ?? [];
  const mine = views.filter((view) => view.mine);
  return (
    <>
      <Menu
        trigger={
          <Button>
            <Bookmark className="size-4" aria-hidden="true" />
            {t('orders.views')}
          </Button>
        }
      >
        {views.length === 0 && <MenuLabel>{t('orders.no_views')}</MenuLabel>}
        {views.map((view) => (
          <MenuItem
            key={view.id}
            onSelect={() => {
              const kept = readView(view.query);
              onApply(kept.search, kept.columns);
            }}
          >
            <span className="min-w-0 grow truncate">{view.name}</span>
            {view.team && <span className="text-muted text-small">{t('orders.view_team')}</span>}
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setSaving(true)}>{t('orders.save_view')}</MenuItem>
        {mine.length > 0 && <MenuItem onSelect={() => setRemoving(true)}>{t('orders.remove_views')}</MenuItem>}
      </Menu>
      {saving && (
        <SaveView
          query={writeView(search, choice)}
          onClose={() => setSaving(false)}
          onSaved={() => client.invalidateQueries({ queryKey: ['views'] })}
        />
      )}
      {removing && (
        <RemoveViews
          views={mine}
          onClose={() => setRemoving(false)}
          onChanged={() => client.invalidateQueries({ queryKey: ['views'] })}
        />
      )}
    </>
  );
}

const saveView = (name: string, query: string, team: boolean) =>
  call(() => api.POST('/views', { body: { screen: 'orders', name, query, team } }));

function SaveView({ query, onClose, onSaved }: { query: string; onClose: () => void; onSaved: () => void }) {
  const t = useT();
  const [name, setName] = useState('');
  const [team, setTeam] = useState(false);
  const [missing, setMissing] = useState(false);
  const { busy, error, save } = useSave();
  const submit = async () => {
    setMissing(name.trim() === '');
    if (name.trim() === '' || !(await save(() => saveView(name.trim(), query, team)))) return;
    onSaved();
    onClose();
    toast(t('orders.view_saved', { name: name.trim() }));
  };
  return (
    <FormDialog
      title={t('orders.save_view')}
      description={t('orders.save_view_text')}
      submit={t('ui.save')}
      busy={busy}
      error={error}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        label={t('orders.view_name')}
        error={missing ? t('orders.view_name_missing') : null}
        value={name}
        onChange={(event) => setName(event.target.value)}
        maxLength={60}
        autoFocus
      />
      <Checkbox label={t('orders.view_for_team')} checked={team} onChange={(event) => setTeam(event.target.checked)} />
    </FormDialog>
  );
}

function RemoveViews({ views, onClose, onChanged }: { views: View[]; onClose: () => void; onChanged: () => void }) {
  const t = useT();
  const { busy, error, save } = useSave();
  const remove = async (view: View) => {
    const removed = await save(() => call(() => api.DELETE('/views/{view}', { params: { path: { view: view.id } } })));
    if (!removed) return;
    onChanged();
    toast(t('orders.view_removed', { name: view.name }), () => {
      save(() => saveView(view.name, view.query, view.team)).then(onChanged);
    });
    if (views.length === 1) onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t('orders.remove_views')}>
      <ul className="divide-y">
        {views.map((view) => (
          <li key={view.id} className="flex items-center gap-2 py-1">
            <span className="min-w-0 grow">{view.name}</span>
            <Button
              kind="danger"
              sends
              busy={busy}
              onClick={() => remove(view)}
              aria-label={t('orders.remove_view', { name: view.name })}
            >
              {t('ui.delete')}
            </Button>
          </li>
        ))}
      </ul>
      {error != null && <ProblemNotice error={error} />}
    </Dialog>
  );
}
